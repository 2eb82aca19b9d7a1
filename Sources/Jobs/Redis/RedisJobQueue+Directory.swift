import Support

extension RedisJobQueue: JobDirectory {
    public func jobs(matching filter: JobFilter) async throws -> [Job] {
        let before = filter.before.map { "(\($0)" } ?? "+inf"
        let words = [filter.state?.rawValue ?? "", filter.queue ?? "", filter.user ?? "", before, String(filter.count)]
        return try await client.call("list", words.map { .text($0) }).array?.compactMap { value in
            try RedisRow(value).map { try Job(redis: $0) }
        } ?? []
    }

    public func endings(since: Timestamp) async throws -> [JobEndings] {
        let values = try await client.call("endings", [.text(since.redis)]).array ?? []
        let endings = stride(from: 0, to: values.count - 2, by: 3).compactMap { index -> JobEndings? in
            guard let queue = values[index].string, let state = values[index + 1].string.flatMap({ JobState(rawValue: $0) }) else {
                return nil
            }
            return JobEndings(queue: queue, state: state, count: Int(values[index + 2].integer ?? 0))
        }
        return endings.sorted { ($0.queue, $0.state.rawValue) < ($1.queue, $1.state.rawValue) }
    }

    public func completions(since: Timestamp, every span: Duration, count: Int) async throws -> [Int] {
        let words = [since.redis, String(max(1, Int64(span.inSeconds * 1_000))), String(count)]
        let values = try await client.call("completions", words.map { .text($0) }).array ?? []
        return values.map { Int($0.integer ?? 0) }
    }
}
