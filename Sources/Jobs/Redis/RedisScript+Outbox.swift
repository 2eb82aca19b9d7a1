extension RedisScript {
    /// Deliveries: what is to be said, in the order of each request.
    static let outbox = """
        -- The moment at which something is to be done about an open delivery.
        local function moment(d)
            if d.state == 'delivering' then return d.leaseExpiresAt end
            return d.nextAttemptAt
        end
        local parts = { 'id', 'request', 'state', 'nextAttemptAt', 'leaseExpiresAt', 'fence', 'worker' }
        local function delivery(number)
            local values, d = rc('HMGET', P .. 'd:' .. number, unpack(parts)), {}
            if not values[1] then return nil end
            for i, name in ipairs(parts) do if values[i] then d[name] = values[i] end end
            return d
        end
        -- Notes the moment, and which one is first of its request.
        local function note(number)
            local d = delivery(number)
            if d.state == 'delivered' or d.state == 'abandoned' then
                rc('ZREM', P .. 'outbox', number)
                rc('ZREM', P .. 'heads', number)
                rc('ZREM', P .. 'next:' .. d.request, number)
            else
                rc('ZADD', P .. 'outbox', moment(d), number)
                rc('ZADD', P .. 'next:' .. d.request, number, number)
            end
            local first = rc('ZRANGE', P .. 'next:' .. d.request, 0, 0)[1]
            if first then rc('ZADD', P .. 'heads', moment(delivery(first)), first) end
        end

        -- From there: request, kind, sequence, payload, deadline, created, next attempt, …. How many are new.
        function deliver(from)
            local new = 0
            for i = from, #ARGV, 7 do
                local id, slot = ARGV[i], ARGV[i + 1] .. ' ' .. ARGV[i + 2]
                local number = tostring(rc('INCR', P .. 'deliveries'))
                if rc('HSETNX', P .. 'key:' .. id, slot, number) == 1 then
                    rc('HSET', P .. 'd:' .. number, 'id', number, 'request', id, 'kind', ARGV[i + 1], 'sequence', ARGV[i + 2],
                        'payload', ARGV[i + 3], 'createdAt', ARGV[i + 5], 'nextAttemptAt', ARGV[i + 6], 'state', 'waiting',
                        'attempt', 0, 'fence', 0, 'by', token)
                    if ARGV[i + 4] ~= '' then rc('HSET', P .. 'd:' .. number, 'deadline', ARGV[i + 4]) end
                    rc('ZADD', P .. 'of:' .. id, number, number)
                    note(number)
                    new = new + 1
                elseif rc('HGET', P .. 'd:' .. rc('HGET', P .. 'key:' .. id, slot), 'by') == token then
                    new = new + 1
                end
            end
            return new
        end
        function call.deliver() return deliver(3) end

        -- 3 worker, 4 lease's end, 5 limit
        function call.claimDeliveries()
            local claimed = taken('d:')
            if claimed then return claimed end
            local due = {}
            for _, number in ipairs(rc('ZRANGEBYSCORE', P .. 'heads', '-inf', ARGV[2], 'LIMIT', 0, 500)) do
                due[#due + 1] = { tonumber(rc('HGET', P .. 'd:' .. number, 'nextAttemptAt')), tonumber(number), number }
            end
            table.sort(due, function(a, b)
                if a[1] ~= b[1] then return a[1] < b[1] end
                return a[2] < b[2]
            end)
            claimed = {}
            always()
            for i = 1, math.min(tonumber(ARGV[5]), #due) do
                local number = due[i][3]
                local key = P .. 'd:' .. number
                rc('HINCRBY', key, 'attempt', 1)
                rc('HINCRBY', key, 'fence', 1)
                rc('HSET', key, 'state', 'delivering', 'worker', ARGV[3], 'leaseExpiresAt', ARGV[4])
                note(number)
                claimed[i] = rc('HGETALL', key)
                take(number)
            end
            return claimed
        end

        -- 3 number, 4 fence, 5 worker, then field, value (none: removed), …
        function call.tell()
            local d, key = delivery(ARGV[3]), P .. 'd:' .. ARGV[3]
            if not d then return 'stale' end
            if rc('HGET', key, 'by') == token then return 'told' end
            local state
            for i = 6, #ARGV, 2 do if ARGV[i] == 'state' then state = ARGV[i + 1] end end
            if state == 'delivered' and d.state == 'delivered' and d.fence == ARGV[4] then return 'again' end
            if d.state ~= 'delivering' or d.fence ~= ARGV[4] or d.worker ~= ARGV[5] then return 'stale' end
            always()
            for i = 6, #ARGV, 2 do
                if ARGV[i + 1] == '' then rc('HDEL', key, ARGV[i]) else rc('HSET', key, ARGV[i], ARGV[i + 1]) end
            end
            rc('HSET', key, 'by', token)
            note(ARGV[3])
            if state == 'delivered' or state == 'abandoned' then rc('ZADD', P .. 'said', ARGV[2], ARGV[3]) end
            return 'told'
        end

        """
}
