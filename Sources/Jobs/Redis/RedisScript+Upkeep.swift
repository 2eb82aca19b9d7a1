extension RedisScript {
    /// Lists for people, and the cleaner.
    static let upkeep = """
        -- 3 request. State, jobs ahead, units ahead, cost, then cost and progress of those that run.
        function call.place()
            local j = load(ARGV[3])
            if not j then return false end
            local jobs, units, result = 0, 0, nil
            if waits[j.state] then
                for _, member in ipairs(rc('ZRANGEBYLEX', P .. 'open:' .. j.queue, '-', '(' .. place(j))) do
                    jobs = jobs + 1
                    units = units + tonumber(string.match(member, ':(%d+)$'))
                end
            end
            result = { j.state, jobs, units, j.cost }
            if not ends[j.state] then
                for _, id in ipairs(rc('SMEMBERS', P .. 'busy:' .. j.queue)) do
                    local values = get(id, 'cost', 'progress')
                    result[#result + 1] = values[1]
                    result[#result + 1] = values[2]
                end
            end
            return result
        end

        -- Queue, waiting, running, oldest, …
        function call.depths()
            local result = {}
            for _, queue in ipairs(rc('ZRANGE', P .. 'lines', 0, -1)) do
                local oldest = rc('ZRANGE', P .. 'age:' .. queue, 0, 0, 'WITHSCORES')
                result[#result + 1] = queue
                result[#result + 1] = rc('HGET', P .. 'line:' .. queue, 'waiting') or '0'
                result[#result + 1] = rc('SCARD', P .. 'busy:' .. queue)
                result[#result + 1] = oldest[2] or ''
            end
            return result
        end

        -- 3 queue, 4 limit. Attempted, finished, cost, …
        function call.durations()
            local result = {}
            for _, member in ipairs(rc('ZREVRANGE', P .. 'done:' .. ARGV[3], 0, tonumber(ARGV[4]) - 1)) do
                local values = get(tail(member), 'attemptedAt', 'finishedAt', 'cost')
                if values[1] and values[2] then
                    for i = 1, 3 do result[#result + 1] = values[i] end
                end
            end
            return result
        end

        local function removeDelivery(number)
            local d = rc('HMGET', P .. 'd:' .. number, 'request', 'kind', 'sequence')
            rc('DEL', P .. 'd:' .. number)
            rc('ZREM', P .. 'said', number)
            if d[1] then
                rc('ZREM', P .. 'of:' .. d[1], number)
                rc('HDEL', P .. 'key:' .. d[1], d[2] .. ' ' .. d[3])
            end
        end
        local function removeJob(id)
            local j = load(id)
            local user = rc('HGET', P .. 'j:' .. id, 'user')
            if user then rc('ZREM', P .. 'by:' .. user, id) end
            rc('DEL', P .. 'j:' .. id, P .. 'o:' .. id, P .. 's:' .. id, P .. 'p:' .. id)
            rc('ZREM', P .. 'jobs', id)
            rc('ZREM', P .. 'outputs', id)
            rc('ZREM', P .. 'starts', id)
            rc('ZREM', P .. 'ended', timed(j))
            rc('ZREM', P .. 'done:' .. j.queue, timed(j))
        end

        -- 3 state, 4 queue, 5 user (none: any), 6 before, 7 count. The newest first, looking at so many of them at most.
        function call.list()
            local found, from, looked = {}, ARGV[6], 0
            local key = P .. (ARGV[5] == '' and 'jobs' or 'by:' .. ARGV[5])
            while looked < 20000 do
                local page = rc('ZREVRANGEBYSCORE', key, from, '-inf', 'WITHSCORES', 'LIMIT', 0, 200)
                for i = 1, #page, 2 do
                    local values = get(page[i], 'state', 'queue')
                    if (ARGV[3] == '' or ARGV[3] == values[1]) and (ARGV[4] == '' or ARGV[4] == values[2]) then
                        found[#found + 1] = rc('HGETALL', P .. 'j:' .. page[i])
                        if #found >= tonumber(ARGV[7]) then return found end
                    end
                end
                if #page < 400 then return found end
                from, looked = '(' .. page[#page], looked + 200
            end
            return found
        end

        -- 3 since. Queue, state, how many, …
        function call.endings()
            local counts, result = {}, {}
            for _, member in ipairs(rc('ZRANGEBYSCORE', P .. 'ended', ARGV[3], '+inf')) do
                local values = get(tail(member), 'state', 'queue')
                if values[1] then
                    local slot = values[1] .. ' ' .. values[2]
                    counts[slot] = (counts[slot] or 0) + 1
                end
            end
            for slot, number in pairs(counts) do
                local state, queue = string.match(slot, '^(%a+) (.*)$')
                for _, word in ipairs({ queue, state, number }) do result[#result + 1] = word end
            end
            return result
        end

        -- 3 since, 4 span, 5 how many spans. Completed jobs in each.
        function call.completions()
            local result, since, span = {}, tonumber(ARGV[3]), tonumber(ARGV[4])
            for i = 1, tonumber(ARGV[5]) do result[i] = 0 end
            local ended = rc('ZRANGEBYSCORE', P .. 'ended', ARGV[3], '+inf', 'WITHSCORES')
            for i = 1, #ended, 2 do
                local slot = math.floor((tonumber(ended[i + 1]) - since) / span) + 1
                if result[slot] and get(tail(ended[i]), 'state')[1] == 'completed' then result[slot] = result[slot] + 1 end
            end
            return result
        end

        -- 3, … requests. Those that are gone.
        function call.erase()
            local gone = {}
            for i = 3, #ARGV do
                local id = ARGV[i]
                local state = rc('HGET', P .. 'j:' .. id, 'state')
                if state and ends[state] and rc('EXISTS', P .. 'next:' .. id) == 0 then
                    for _, number in ipairs(rc('ZRANGE', P .. 'of:' .. id, 0, -1)) do removeDelivery(number) end
                    removeJob(id)
                    gone[#gone + 1] = id
                end
            end
            return gone
        end

        -- 3 deliveries before, 4 outputs before, 5 jobs before (none: kept), 6 limit
        function call.clean()
            local left = tonumber(ARGV[6])
            local function each(key, before, body)
                if before == '' then return end
                for _, member in ipairs(rc('ZRANGEBYSCORE', P .. key, '-inf', before, 'LIMIT', 0, left)) do
                    if body(member) then left = left - 1 end
                end
            end
            each('said', ARGV[3], function(number) removeDelivery(number) return true end)
            each('outputs', ARGV[4], function(id)
                local state = get(id, 'state')[1]
                if state and not ends[state] then return false end
                rc('DEL', P .. 'o:' .. id)
                rc('ZREM', P .. 'outputs', id)
                return true
            end)
            each('starts', ARGV[4], function(id)
                rc('DEL', P .. 's:' .. id)
                rc('ZREM', P .. 'starts', id)
                return true
            end)
            each('ended', ARGV[5], function(member) removeJob(tail(member)) return true end)
            -- A share that lies in the past says no more than no share.
            for _, queue in ipairs(rc('ZRANGE', P .. 'lines', 0, -1)) do
                local line = rc('HMGET', P .. 'line:' .. queue, 'time', 'guildTime')
                for i, name in ipairs({ 'su:', 'sg:' }) do
                    local tags, time = rc('HGETALL', P .. name .. queue), tonumber(line[i] or 0)
                    for at = 1, #tags, 2 do
                        if left > 0 and tonumber(tags[at + 1]) <= time then
                            rc('HDEL', P .. name .. queue, tags[at])
                            left = left - 1
                        end
                    end
                end
            end
            return tonumber(ARGV[6]) - left
        end

        """
}
