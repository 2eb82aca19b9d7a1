/// What runs inside the server: each call of the queue that must see and change several keys at once is one Lua function, so
/// that no other client comes between. Rules that need no such moment (how an attempt is settled, what answers it) stay in Swift
/// and are written by `move`, which refuses if the job has changed since it was read.
///
/// All keys begin with one prefix, which holds a hash tag and so lies on one node of a cluster:
///
/// | key | is |
/// |---|---|
/// | `j:ID` | hash: the job; `v` counts its changes |
/// | `open:QUEUE` | sorted set of available jobs by place in the fair order (`place:id:request:cost`) |
/// | `age:QUEUE`, `busy:QUEUE`, `done:QUEUE` | available jobs by age; running ones; completed ones by their end |
/// | `jobs`, `by:USER` | all jobs, and those of a person, by number |
/// | `due`, `leases`, `deadlines`, `ended` | jobs by the moment at which something is to be done about them |
/// | `line:QUEUE`, `lines`, `su:QUEUE`, `sg:QUEUE` | virtual times and count of waiting jobs; all queues; the last tags of people and guilds |
/// | `waiting:USER`, `running:USER`, `series:KEY`, `serial:KEY` | caps and series |
/// | `taken:TOKEN` | what one call claimed, for a minute |
/// | `stop:WORKER` | running jobs whose owners want them to stop |
/// | `o:ID`, `s:ID`, `p:ID`, `outputs`, `starts` | output, starting files, preview; when they were made |
/// | `d:NUMBER`, `of:ID`, `key:ID`, `next:ID` | deliveries; those of a request, by kind and sequence, and those still open |
/// | `outbox`, `heads`, `said` | open deliveries by moment; the first open one of each request; ended ones |
///
/// A call that is repeated because its answer was lost carries the same token, by which what it did is found again. It also says
/// until when, by the server's clock, its sender waits: after that it does nothing.
enum RedisScript {
    static let text = tools + jobs + upkeep + outbox + "\nreturn call[name]()\n"

    /// Redis' numbers are doubles and its integers in replies lose fractions: request ids and progress stay text.
    private static let tools = """
        local P, now = KEYS[1], tonumber(ARGV[2])
        local name, token, last = string.match(ARGV[1], '^(%S+) (%S+) (%S+)$')
        local call = {}
        local rc = redis.call
        local time = rc('TIME')
        if time[1] * 1000 + math.floor(time[2] / 1000) > tonumber(last) then
            return redis.error_reply('LATE nobody waits for this any more')
        end
        local waits = { available = true, scheduled = true, retryable = true }
        local ends = { completed = true, cancelled = true, discarded = true }

        -- Where memory is full, only what makes it fuller is refused: a script that has removed something may go on.
        local function always() rc('DEL', P .. '-') end
        local function padded(number) return string.format('%020.0f', number) end
        local function get(id, ...) return rc('HMGET', P .. 'j:' .. id, ...) end
        local function tail(member) return string.match(member, ':(.*)$') end
        -- What this call took when its answer was lost, as rows; nil the first time.
        local function taken(kind)
            local rows, ids = {}, rc('LRANGE', P .. 'taken:' .. token, 0, -1)
            for i, id in ipairs(ids) do rows[i] = rc('HGETALL', P .. kind .. id) end
            return #ids > 0 and rows or nil
        end
        local function take(id)
            rc('RPUSH', P .. 'taken:' .. token, id)
            rc('PEXPIRE', P .. 'taken:' .. token, 60000)
        end
        local function count(key, step)
            if rc('INCRBY', P .. key, step) <= 0 then rc('DEL', P .. key) end
        end
        local function place(j)
            return string.format('%03.0f', 100 - tonumber(j.priority)) .. padded(j.tag) .. padded(j.guildTag) .. padded(j.id)
                .. ':' .. j.request .. ':' .. j.cost
        end
        local names = { 'id', 'request', 'queue', 'user', 'guild', 'serial', 'cost', 'priority', 'tag', 'guildTag', 'state',
            'worker', 'scheduledAt', 'leaseExpiresAt', 'deadline', 'createdAt', 'finishedAt', 'attempt', 'fence', 'cancelRequestedAt' }
        local function load(id)
            local values = get(id, unpack(names))
            if not values[1] then return nil end
            local j = {}
            for i, name in ipairs(names) do if values[i] then j[name] = values[i] end end
            return j
        end
        local function timed(j) return padded(j.id) .. ':' .. j.request end

        -- A job enters all the lists in which its state puts it, and leaves them: nobody else writes these.
        local function enter(j)
            if j.state == 'available' then
                rc('ZADD', P .. 'open:' .. j.queue, 0, place(j))
                rc('ZADD', P .. 'age:' .. j.queue, j.createdAt, j.request)
            elseif j.state == 'running' then
                rc('SADD', P .. 'busy:' .. j.queue, j.request)
                rc('ZADD', P .. 'leases', j.leaseExpiresAt, timed(j))
                if j.user then count('running:' .. j.user, 1) end
                if j.serial then rc('SET', P .. 'serial:' .. j.serial, j.request) end
                if j.cancelRequestedAt then rc('SADD', P .. 'stop:' .. j.worker, j.request) end
            elseif not ends[j.state] then
                rc('ZADD', P .. 'due', j.scheduledAt, timed(j))
            end
            if j.serial and (j.state == 'available' or j.state == 'retryable') then
                rc('ZADD', P .. 'series:' .. j.serial, j.id, j.request)
            end
            if waits[j.state] then
                if j.user then count('waiting:' .. j.user, 1) end
                rc('HINCRBY', P .. 'line:' .. j.queue, 'waiting', 1)
                if j.deadline then rc('ZADD', P .. 'deadlines', j.deadline, timed(j)) end
            end
            if ends[j.state] then
                rc('ZADD', P .. 'ended', j.finishedAt, timed(j))
                if rc('EXISTS', P .. 's:' .. j.request) == 1 then rc('ZADD', P .. 'starts', j.finishedAt, j.request) end
            end
            if j.state == 'completed' then
                rc('ZADD', P .. 'done:' .. j.queue, j.finishedAt, timed(j))
                rc('ZREMRANGEBYRANK', P .. 'done:' .. j.queue, 0, -1001)
            end
        end
        local function leave(j)
            if j.state == 'available' then
                rc('ZREM', P .. 'open:' .. j.queue, place(j))
                rc('ZREM', P .. 'age:' .. j.queue, j.request)
            elseif j.state == 'running' then
                rc('SREM', P .. 'busy:' .. j.queue, j.request)
                rc('ZREM', P .. 'leases', timed(j))
                if j.user then count('running:' .. j.user, -1) end
                if j.serial then rc('DEL', P .. 'serial:' .. j.serial) end
                rc('SREM', P .. 'stop:' .. j.worker, j.request)
            else
                rc('ZREM', P .. 'due', timed(j))
            end
            if j.serial then rc('ZREM', P .. 'series:' .. j.serial, j.request) end
            if waits[j.state] then
                if j.user then count('waiting:' .. j.user, -1) end
                rc('HINCRBY', P .. 'line:' .. j.queue, 'waiting', -1)
                if j.deadline then rc('ZREM', P .. 'deadlines', timed(j)) end
            end
        end

        local function keepFiles(key, at, from)
            local fields = {}
            for i = from, #ARGV do fields[#fields + 1] = tostring(i - from); fields[#fields + 1] = ARGV[i] end
            rc('DEL', P .. key)
            rc('HSET', P .. key, 'at', at)
            for i = 1, #fields, 1000 do rc('HSET', P .. key, unpack(fields, i, math.min(i + 999, #fields))) end
        end

        """
}
