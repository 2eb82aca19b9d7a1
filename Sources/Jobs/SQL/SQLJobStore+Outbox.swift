import Storage
import Support

/// Files, outputs and deliveries.
extension SQLJobStore {
    func insert(startingFiles files: [OutputFile], of requestID: RequestID) throws {
        for (position, file) in files.enumerated() {
            try tx.execute(
                "INSERT INTO job_files (request_id, position, name, content_type, bytes) VALUES (?, ?, ?, ?, ?)", requestID, position,
                file.name, file.contentType, file.bytes)
        }
    }

    func startingFile(of requestID: RequestID, named name: String) throws -> OutputFile? {
        try tx.row("SELECT name, content_type, bytes FROM job_files WHERE request_id = ? AND name = ?", requestID, name)
            .map { try OutputFile(row: $0) }
    }

    func setPreview(_ preview: OutputFile?, of requestID: RequestID) throws {
        guard let preview else {
            try tx.execute("DELETE FROM job_previews WHERE request_id = ?", requestID)
            return
        }
        try tx.execute(
            """
            INSERT INTO job_previews (request_id, name, content_type, bytes) VALUES (?, ?, ?, ?)
            ON CONFLICT (request_id) DO UPDATE
            SET name = excluded.name, content_type = excluded.content_type, bytes = excluded.bytes
            """, requestID, preview.name, preview.contentType, preview.bytes)
    }

    func preview(of requestID: RequestID) throws -> OutputFile? {
        try tx.row("SELECT name, content_type, bytes FROM job_previews WHERE request_id = ?", requestID).map { try OutputFile(row: $0) }
    }

    func output(of requestID: RequestID) throws -> JobOutput? {
        guard let summary: [UInt8] = try tx.value(sql: "SELECT summary FROM outputs WHERE request_id = ?", requestID) else { return nil }
        let files = try tx.rows("SELECT name, content_type, bytes FROM output_files WHERE request_id = ? ORDER BY position", requestID)
        return JobOutput(summary: JobPayload(bytes: summary), files: try files.map { try OutputFile(row: $0) })
    }

    func outputFile(of requestID: RequestID, named name: String) throws -> OutputFile? {
        try tx.row("SELECT name, content_type, bytes FROM output_files WHERE request_id = ? AND name = ?", requestID, name)
            .map { try OutputFile(row: $0) }
    }

    func insert(_ output: JobOutput, of requestID: RequestID, at now: Timestamp) throws {
        try tx.execute(
            "INSERT INTO outputs (request_id, summary, size, recorded_at) VALUES (?, ?, ?, ?)", requestID, output.summary.bytes,
            output.files.reduce(0) { $0 + $1.bytes.count }, now)
        for (position, file) in output.files.enumerated() {
            try tx.execute(
                "INSERT INTO output_files (request_id, position, name, content_type, bytes) VALUES (?, ?, ?, ?, ?)", requestID, position,
                file.name, file.contentType, file.bytes)
        }
    }

    func insert(_ delivery: NewDelivery, at now: Timestamp) throws -> Bool {
        try tx.execute(
            """
            INSERT INTO deliveries (request_id, kind, sequence, payload, deadline, created_at, state, attempt, next_attempt_at, fence)
            VALUES (?, ?, ?, ?, ?, ?, 'waiting', 0, ?, 0)
            ON CONFLICT (request_id, kind, sequence) DO NOTHING
            """, delivery.requestID, delivery.kind.rawValue, delivery.sequence, delivery.payload.bytes, delivery.deadline, now,
            max(delivery.notBefore ?? now, now)) == 1
    }

    func delivery(_ id: Int64) throws -> Delivery? {
        try tx.row("SELECT * FROM deliveries WHERE id = ? {for update}", id).map { try Delivery(row: $0) }
    }

    func update(_ delivery: Delivery) throws {
        try tx.execute(
            """
            UPDATE deliveries SET state = ?, attempt = ?, next_attempt_at = ?, worker = ?, lease_expires_at = ?, fence = ?, reason = ?,
                receipt = ?, finished_at = ?
            WHERE id = ?
            """, delivery.state.rawValue, delivery.attempt, delivery.nextAttemptAt, delivery.worker, delivery.leaseExpiresAt,
            delivery.fence, delivery.reason, delivery.receipt, delivery.finishedAt, delivery.id)
    }

    func dueDeliveries(at now: Timestamp, limit: Int) throws -> [Delivery] {
        try tx.rows(
            """
            SELECT * FROM deliveries AS d
            WHERE d.finished_at IS NULL AND d.next_attempt_at <= ? AND (d.state = 'waiting' OR d.lease_expires_at <= ?)
                AND NOT EXISTS (
                    SELECT 1 FROM deliveries AS e WHERE e.request_id = d.request_id AND e.id < d.id AND e.finished_at IS NULL)
            ORDER BY d.next_attempt_at, d.id
            LIMIT ? {skip locked}
            """, now, now, limit
        ).map { try Delivery(row: $0) }
    }

    func deliveries(of requestID: RequestID) throws -> [Delivery] {
        try tx.rows("SELECT * FROM deliveries WHERE request_id = ? ORDER BY id", requestID).map { try Delivery(row: $0) }
    }

    func nextDeliveryAt() throws -> Timestamp? {
        let waiting: Timestamp? = try tx.value(
            sql: "SELECT MIN(next_attempt_at) FROM deliveries WHERE finished_at IS NULL AND state = 'waiting'")
        let held: Timestamp? = try tx.value(
            sql: "SELECT MIN(lease_expires_at) FROM deliveries WHERE finished_at IS NULL AND state = 'delivering'")
        return [waiting, held].compactMap { $0 }.min()
    }
}
