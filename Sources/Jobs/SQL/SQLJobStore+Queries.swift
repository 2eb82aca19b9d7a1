import Storage
import Support

/// What only the driver asks: lists for people, and the cleaner.
extension SQLJobStore {
    func cancelRequests(worker: String) throws -> [RequestID] {
        try tx.rows(
            "SELECT request_id FROM jobs WHERE state = 'running' AND worker = ? AND cancel_requested_at IS NOT NULL ORDER BY request_id",
            worker
        ).map { try $0.get("request_id") }
    }

    func jobs(of user: String, limit: Int) throws -> [Job] {
        try tx.rows("SELECT * FROM jobs WHERE user_key = ? ORDER BY id DESC LIMIT ?", user, limit).map { try Job(row: $0) }
    }

    func recentDurations(queue: String, limit: Int) throws -> [Duration] {
        try tx.rows(
            "SELECT * FROM jobs WHERE queue = ? AND state = 'completed' ORDER BY finished_at DESC, id DESC LIMIT ?", queue, limit
        ).compactMap { try Job(row: $0).durationPerUnit }
    }

    func depths() throws -> [QueueDepth] {
        try tx.rows("SELECT queue, waiting FROM queue_lines ORDER BY queue").map { row in
            let queue: String = try row.get("queue")
            return QueueDepth(
                queue: queue, waiting: try row.get("waiting"),
                running: try tx.value(sql: "SELECT COUNT(*) FROM jobs WHERE state = 'running' AND queue = ?", queue) ?? 0,
                oldestAvailable: try tx.value(sql: "SELECT MIN(created_at) FROM jobs WHERE state = 'available' AND queue = ?", queue))
        }
    }

    func clean(keeping retention: JobRetention, at now: Timestamp, limit: Int) throws -> Int {
        var left = limit
        if let span = retention.deliveries {
            left -= try tx.execute(
                "DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries WHERE finished_at <= ? ORDER BY finished_at, id LIMIT ?)",
                now - span, left)
        }
        if let span = retention.outputs {
            left -= try tx.execute(
                """
                DELETE FROM outputs WHERE request_id IN (
                    SELECT o.request_id FROM outputs AS o JOIN jobs AS j ON j.request_id = o.request_id
                    WHERE o.recorded_at <= ? AND j.finished_at IS NOT NULL ORDER BY o.recorded_at LIMIT ?)
                """, now - span, left)
        }
        if let span = retention.outputs {
            left -= try tx.execute(
                """
                DELETE FROM job_files WHERE request_id IN (
                    SELECT f.request_id FROM job_files AS f JOIN jobs AS j ON j.request_id = f.request_id
                    WHERE j.finished_at <= ? ORDER BY j.finished_at LIMIT ?)
                """, now - span, left)
        }
        if let span = retention.jobs {
            left -= try tx.execute(
                "DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE finished_at <= ? ORDER BY finished_at, id LIMIT ?)", now - span,
                left)
        }
        // A share that lies in the past says no more than no share. One that has moved on meanwhile is not this one any more.
        left -= try tx.execute(
            """
            DELETE FROM queue_shares WHERE (queue, level, holder, last_tag) IN (
                SELECT s.queue, s.level, s.holder, s.last_tag FROM queue_shares AS s JOIN queue_lines AS l ON l.queue = s.queue
                WHERE s.last_tag <= CASE s.level WHEN 'user' THEN l.time ELSE l.guild_time END LIMIT ?)
            """, left)
        return limit - left
    }
}
