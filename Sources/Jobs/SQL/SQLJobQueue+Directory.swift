import Storage
import Support

extension SQLJobQueue: JobDirectory {
    public func jobs(matching filter: JobFilter) async throws -> [Job] {
        try await database.read { tx in
            try tx.rows(
                """
                SELECT * FROM jobs
                WHERE (? = '' OR state = ?) AND (? = '' OR queue = ?) AND (? = '' OR user_key = ?) AND id < ?
                ORDER BY id DESC LIMIT ?
                """, filter.state?.rawValue ?? "", filter.state?.rawValue ?? "", filter.queue ?? "", filter.queue ?? "",
                filter.user ?? "", filter.user ?? "", filter.before ?? .max, filter.count
            ).map { try Job(row: $0) }
        }
    }

    public func endings(since: Timestamp) async throws -> [JobEndings] {
        try await database.read { tx in
            try tx.rows(
                "SELECT queue, state, COUNT(*) AS n FROM jobs WHERE finished_at >= ? GROUP BY queue, state ORDER BY queue, state", since
            ).compactMap { row in
                guard let state = JobState(rawValue: try row.get("state")) else { return nil }
                return JobEndings(queue: try row.get("queue"), state: state, count: try row.get("n"))
            }
        }
    }

    public func completions(since: Timestamp, every span: Duration, count: Int) async throws -> [Int] {
        let length = max(1, Int64(span.inSeconds * 1_000))
        return try await database.read { tx in
            let rows = try tx.rows(
                """
                SELECT (finished_at - ?) / ? AS slot, COUNT(*) AS n FROM jobs WHERE state = 'completed' AND finished_at >= ? GROUP BY slot
                """, since, length, since)
            var counts = Array(repeating: 0, count: count)
            for row in rows {
                let slot: Int = try row.get("slot")
                if counts.indices.contains(slot) { counts[slot] = try row.get("n") }
            }
            return counts
        }
    }
}
