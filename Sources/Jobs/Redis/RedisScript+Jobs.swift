extension RedisScript {
    /// Accepting, claiming, and the life under a lease.
    static let jobs = """
        -- 3 request, 4 waiting limit, 5 queue limit, 6 span, 7 guild span, 8 files' fields, then field, value, …
        function call.enqueue()
            local id = ARGV[3]
            if rc('EXISTS', P .. 'j:' .. id) == 1 then
                return { get(id, 'token')[1] == token and 'enqueued' or 'existing', rc('HGETALL', P .. 'j:' .. id) }
            end
            local files = tonumber(ARGV[8])
            local j = { request = id }
            for i = 9 + files, #ARGV, 2 do j[ARGV[i]] = ARGV[i + 1] end
            local limit = tonumber(ARGV[4])
            if j.user and tonumber(rc('GET', P .. 'waiting:' .. j.user) or 0) >= limit then return { 'waiting' } end
            local line = rc('HMGET', P .. 'line:' .. j.queue, 'time', 'guildTime', 'waiting')
            if tonumber(line[3] or 0) >= tonumber(ARGV[5]) then return { 'full' } end
            local function tag(time, key, holder, span)
                time = tonumber(time or 0)
                local result = math.max(time, tonumber(rc('HGET', P .. key .. j.queue, holder or '') or time)) + tonumber(span)
                local text = string.format('%.0f', result)
                rc('HSET', P .. key .. j.queue, holder or '', text)
                return text
            end
            j.tag = tag(line[1], 'su:', j.user, ARGV[6])
            j.guildTag = tag(line[2], 'sg:', j.guild, ARGV[7])
            j.id = tostring(rc('INCR', P .. 'ids'))
            local fields = { 'v', 0, 'token', token, 'attempt', 0, 'fence', 0, 'progress', '0', 'failures', '[]' }
            for name, value in pairs(j) do fields[#fields + 1] = name; fields[#fields + 1] = value end
            rc('HSET', P .. 'j:' .. id, unpack(fields))
            rc('ZADD', P .. 'lines', 0, j.queue)
            rc('ZADD', P .. 'jobs', j.id, id)
            if j.user then rc('ZADD', P .. 'by:' .. j.user, j.id, id) end
            if files > 0 then
                local fields = {}
                for i = 9, 8 + files do fields[#fields + 1] = tostring(i - 9); fields[#fields + 1] = ARGV[i] end
                rc('HSET', P .. 's:' .. id, unpack(fields))
            end
            enter(j)
            return { 'enqueued', rc('HGETALL', P .. 'j:' .. id) }
        end

        local function claimable(id, most, kinds)
            local values = get(id, 'user', 'serial', 'deadline', 'id', 'priority', 'kind')
            if kinds and not kinds[values[6]] then return nil end
            if values[3] and tonumber(values[3]) <= now then return nil end
            if values[1] and tonumber(rc('GET', P .. 'running:' .. values[1]) or 0) >= most then return nil end
            if values[2] then
                if rc('EXISTS', P .. 'serial:' .. values[2]) == 1 then return nil end
                if rc('ZRANGE', P .. 'series:' .. values[2], 0, 0)[1] ~= id then return nil end
            end
            return { request = id, id = tonumber(values[4]), priority = tonumber(values[5]) }
        end

        local function head(queue, most, kinds)
            local from = 0
            while true do
                local members = rc('ZRANGE', P .. 'open:' .. queue, from, from + 63)
                for _, member in ipairs(members) do
                    local found = claimable(string.match(member, ':(%d+):'), most, kinds)
                    if found then return found end
                end
                if #members < 64 then return nil end
                from = from + 64
            end
        end

        -- 3 worker, 4 lease's end, 5 limit, 6 running limit, 7 how many kinds (-1: all), then kinds, then queues
        function call.claim()
            local claimed = taken('j:')
            if claimed then return claimed end
            claimed = {}
            local kinds, count = nil, tonumber(ARGV[7])
            if count >= 0 then kinds = {} end
            for i = 8, 7 + count do kinds[ARGV[i]] = true end
            always()
            while #claimed < tonumber(ARGV[5]) do
                local best
                for i = 8 + math.max(0, count), #ARGV do
                    local one = head(ARGV[i], tonumber(ARGV[6]), kinds)
                    if one and (not best or one.priority > best.priority or (one.priority == best.priority and one.id < best.id)) then
                        best = one
                    end
                end
                if not best then break end
                local key, j = P .. 'j:' .. best.request, load(best.request)
                leave(j)
                j.state, j.worker, j.leaseExpiresAt = 'running', ARGV[3], ARGV[4]
                rc('HINCRBY', key, 'v', 1)
                rc('HINCRBY', key, 'attempt', 1)
                rc('HINCRBY', key, 'fence', 1)
                rc('HSET', key, 'state', 'running', 'worker', ARGV[3], 'leaseExpiresAt', ARGV[4], 'attemptedAt', ARGV[2],
                    'progress', '0')
                enter(j)
                local line = P .. 'line:' .. j.queue
                for name, tag in pairs({ time = j.tag, guildTime = j.guildTag }) do
                    if tonumber(rc('HGET', line, name) or 0) < tonumber(tag) then rc('HSET', line, name, tag) end
                end
                claimed[#claimed + 1] = rc('HGETALL', key)
                take(best.request)
            end
            return claimed
        end

        -- 3 request, 4 fence, 5 worker
        local function holds()
            local values = get(ARGV[3], 'state', 'fence', 'worker')
            return values[1] == 'running' and values[2] == ARGV[4] and values[3] == ARGV[5]
        end

        -- 6 lease's end
        function call.renew()
            if not holds() then return 'stale' end
            always()
            local j = load(ARGV[3])
            rc('HINCRBY', P .. 'j:' .. ARGV[3], 'v', 1)
            rc('HSET', P .. 'j:' .. ARGV[3], 'leaseExpiresAt', ARGV[6])
            rc('ZADD', P .. 'leases', ARGV[6], timed(j))
            return j.cancelRequestedAt and 'stop' or 'go'
        end

        -- 6 progress, 7 whether there is a preview, then its name, type, bytes
        function call.report()
            if not holds() then return 'stale' end
            local key, shown = P .. 'j:' .. ARGV[3], ARGV[7] == '1'
            if shown then keepFiles('p:' .. ARGV[3], ARGV[2], 8) end
            local old = rc('HGET', key, 'progress')
            if not (tonumber(ARGV[6]) > tonumber(old) or shown) then return 'same' end
            local new = ARGV[6]
            if tonumber(new) < tonumber(old) then new = old end
            if tonumber(new) > 1 then new = '1' end
            rc('HSET', key, 'progress', new)
            return new
        end

        -- 6 summary, then name, type, bytes, …
        function call.record()
            if not holds() then return 'stale' end
            if rc('EXISTS', P .. 'o:' .. ARGV[3]) == 1 then return 'there' end
            keepFiles('o:' .. ARGV[3], ARGV[2], 6)
            rc('ZADD', P .. 'outputs', ARGV[2], ARGV[3])
            return 'kept'
        end

        local deliver

        -- 3 request, 4 version, 5 fields, then field, value (none: removed), …; 6+ share: user's tag, earlier, guild's, earlier; then
        -- deliveries. Returns how many deliveries are new, or -1 if the job is not what it was.
        function call.move()
            local id, key = ARGV[3], P .. 'j:' .. ARGV[3]
            if rc('HGET', key, 'v') ~= ARGV[4] then
                local last = get(id, 'moved', 'told')
                return last[1] == token and tonumber(last[2]) or -1
            end
            local old, at = load(id), 6 + 2 * tonumber(ARGV[5])
            always()
            leave(old)
            for i = 6, at - 1, 2 do
                if ARGV[i + 1] == '' then rc('HDEL', key, ARGV[i]) else rc('HSET', key, ARGV[i], ARGV[i + 1]) end
            end
            rc('HINCRBY', key, 'v', 1)
            local new = load(id)
            enter(new)
            if old.state == 'running' and new.state ~= 'running' then rc('DEL', P .. 'p:' .. id) end
            if ARGV[at] ~= '' then
                local function back(name, holder, tag, earlier)
                    local shares = P .. name .. new.queue
                    if rc('HGET', shares, holder or '') == tag then rc('HSET', shares, holder or '', earlier) end
                end
                back('su:', new.user, ARGV[at], ARGV[at + 1])
                back('sg:', new.guild, ARGV[at + 2], ARGV[at + 3])
            end
            local told = deliver(at + 4)
            rc('HSET', key, 'moved', token, 'told', told)
            return told
        end

        """
}
