import Storage
import Support

/// What must hold in the database at any moment, whatever happened; empty when it does.
func invariantsBroken(in database: Database) async throws -> [String] {
    try await database.check()
        + database.read { tx in
            let questions = [
                (
                    "a queue's count of waiting jobs is wrong",
                    """
                    SELECT COUNT(*) FROM queue_lines AS l WHERE l.waiting <> (
                        SELECT COUNT(*) FROM jobs AS j WHERE j.queue = l.queue AND j.state IN ('available', 'scheduled', 'retryable'))
                    """
                ),
                (
                    "an ended job has no final answer",
                    """
                    SELECT COUNT(*) FROM jobs AS j WHERE j.finished_at IS NOT NULL AND NOT EXISTS (
                        SELECT 1 FROM deliveries AS d WHERE d.request_id = j.request_id AND d.kind = 'final')
                    """
                ),
                (
                    "a request has two final answers",
                    "SELECT COUNT(*) FROM (SELECT 1 FROM deliveries WHERE kind = 'final' GROUP BY request_id HAVING COUNT(*) > 1) AS x"
                ),
                (
                    "an output belongs to a job that never began",
                    "SELECT COUNT(*) FROM outputs AS o JOIN jobs AS j ON j.request_id = o.request_id WHERE j.fence = 0"
                ),
                (
                    "a job has a tag beyond its user's share",
                    """
                    SELECT COUNT(*) FROM jobs AS j JOIN queue_shares AS s
                        ON s.queue = j.queue AND s.level = 'user' AND s.holder = COALESCE(j.user_key, '')
                    WHERE j.finished_at IS NULL AND j.tag > s.last_tag
                    """
                ),
            ]
            return try questions.filter { try tx.value(Int.self, sql: $0.1) != 0 }.map(\.0)
        }
}
