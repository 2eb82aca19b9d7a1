import PostgresTestServer
import Testing

/// What must hold of a queue's keys, whatever was done: every list holds exactly the jobs and deliveries that belong there.
/// - Parameter address: as the server has given it.
func invariantsBroken(on server: RedisTestServer, _ address: String) throws -> [String] {
    let prefix = try #require(address.split(separator: "=").last)
    return try server.cli("EVAL", script, "1", "{\(prefix)}:").split(separator: "\n").map(String.init)
}

private let script = """
    local P, lists, numbers, broken = KEYS[1], {}, {}, {}
    local rc = redis.call
    local function put(key, member)
        lists[key] = lists[key] or {}
        lists[key][member] = true
    end
    local function add(key, step) numbers[key] = (numbers[key] or 0) + step end
    local function hash(key)
        local result, values = {}, rc('HGETALL', key)
        for i = 1, #values, 2 do result[values[i]] = values[i + 1] end
        return result
    end
    local running = {}
    for _, key in ipairs(rc('KEYS', P .. 'j:*')) do
        local j = hash(key)
        local id, waits = j.request, j.state == 'available' or j.state == 'scheduled' or j.state == 'retryable'
        if (j.state == 'running') ~= (j.worker ~= nil) or (j.state == 'running') ~= (j.leaseExpiresAt ~= nil) then
            broken[#broken + 1] = 'lease of ' .. id
        end
        if (not waits and j.state ~= 'running') ~= (j.finishedAt ~= nil) then broken[#broken + 1] = 'end of ' .. id end
        if tonumber(j.attempt) > tonumber(j.maxAttempts) or tonumber(j.fence) < tonumber(j.attempt) then
            broken[#broken + 1] = 'attempts of ' .. id
        end
        add('line:' .. j.queue, 0)
        if waits then
            add('line:' .. j.queue, 1)
            if j.user then add('waiting:' .. j.user, 1) end
            if j.deadline then put('deadlines', id) end
            if j.state == 'available' then
                put('open:' .. j.queue, id)
                put('age:' .. j.queue, id)
            else
                put('due', id)
            end
            if j.serial and j.state ~= 'scheduled' then put('series:' .. j.serial, id) end
        elseif j.state == 'running' then
            put('busy:' .. j.queue, id)
            put('leases', id)
            if j.user then add('running:' .. j.user, 1) end
            if j.cancelRequestedAt then put('stop:' .. j.worker, id) end
            if j.serial then
                if running[j.serial] then broken[#broken + 1] = 'two at once of series ' .. j.serial end
                running[j.serial] = true
                add('serial:' .. j.serial, tonumber(id))
            end
        else
            put('ended', id)
            if j.state == 'completed' then put('done:' .. j.queue, id) end
        end
    end
    local first = {}
    for _, key in ipairs(rc('KEYS', P .. 'd:*')) do
        local d = hash(key)
        put('of:' .. d.request, d.id)
        if d.state == 'waiting' or d.state == 'delivering' then
            put('outbox', d.id)
            put('next:' .. d.request, d.id)
            if not first[d.request] or tonumber(d.id) < first[d.request] then first[d.request] = tonumber(d.id) end
        else
            put('said', d.id)
        end
    end
    for _, id in pairs(first) do put('heads', tostring(id)) end

    local kinds = { 'open', 'age', 'busy', 'leases', 'due', 'deadlines', 'series', 'stop', 'ended', 'done', 'of', 'next', 'outbox', 'heads', 'said' }
    local isList = {}
    for _, kind in ipairs(kinds) do isList[kind] = true end
    for _, full in ipairs(rc('KEYS', P .. '*')) do
        local key = string.sub(full, #P + 1)
        local kind = string.match(key, '^%a+')
        if isList[kind] then
            local members = rc('TYPE', full).ok == 'set' and rc('SMEMBERS', full) or rc('ZRANGE', full, 0, -1)
            for _, member in ipairs(members) do
                local id = string.match(member, ':(%d+)') or member
                if lists[key] and lists[key][id] then lists[key][id] = nil else broken[#broken + 1] = key .. ' holds ' .. id end
            end
        elseif kind == 'waiting' or kind == 'running' or kind == 'serial' then
            add(key, -tonumber(rc('GET', full)))
        elseif kind == 'line' then
            add(key, -tonumber(rc('HGET', full, 'waiting')))
        end
    end
    for key, list in pairs(lists) do
        for id in pairs(list) do broken[#broken + 1] = key .. ' lacks ' .. id end
    end
    for key, number in pairs(numbers) do
        if number ~= 0 then broken[#broken + 1] = key .. ' is wrong by ' .. number end
    end
    return broken
    """
