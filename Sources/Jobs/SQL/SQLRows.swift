import Foundation
import Storage
import Support

extension SQLRow {
    /// A state or kind that the schema has checked.
    fileprivate func get<Value: RawRepresentable>(_ column: String, of type: Value.Type) throws -> Value where Value.RawValue == String {
        let text: String = try get(column)
        guard let value = Value(rawValue: text) else {
            throw JobQueueError(.invalidJob, nil, "column \(column) holds \"\(text)\", which this version does not know; update Troupe")
        }
        return value
    }
}

extension Job {
    init(row: SQLRow) throws {
        try self.init(
            id: row.get("id"), requestID: row.get("request_id"), kind: row.get("kind"), queue: row.get("queue"),
            arguments: JobPayload(bytes: row.get("arguments")), user: row.get("user_key"), guild: row.get("guild_key"),
            weight: row.get("weight"), cost: row.get("cost"), priority: row.get("priority"), serialKey: row.get("serial_key"),
            maxAttempts: row.get("max_attempts"), deadline: row.get("deadline"), createdAt: row.get("created_at"),
            state: row.get("state", of: JobState.self), attempt: row.get("attempt"), scheduledAt: row.get("scheduled_at"),
            fence: row.get("fence"), worker: row.get("worker"), leaseExpiresAt: row.get("lease_expires_at"), progress: row.get("progress"),
            cancelRequestedAt: row.get("cancel_requested_at"), failures: Self.failures(fromText: row.get("failures")),
            attemptedAt: row.get("attempted_at"), finishedAt: row.get("finished_at"),
            place: FairPlace(tag: row.get("tag"), guildTag: row.get("guild_tag")))
    }

    func failuresText() throws -> String {
        if failures.isEmpty { return "[]" }
        return String(decoding: try JSONEncoder().encode(failures), as: UTF8.self)
    }

    private static func failures(fromText text: String) throws -> [JobFailure] {
        if text == "[]" { return [] }
        return try JSONDecoder().decode([JobFailure].self, from: Data(text.utf8))
    }
}

extension Delivery {
    init(row: SQLRow) throws {
        try self.init(
            id: row.get("id"), requestID: row.get("request_id"), kind: row.get("kind", of: DeliveryKind.self),
            sequence: row.get("sequence"), payload: JobPayload(bytes: row.get("payload")), deadline: row.get("deadline"),
            createdAt: row.get("created_at"), state: row.get("state", of: DeliveryState.self), attempt: row.get("attempt"),
            nextAttemptAt: row.get("next_attempt_at"), worker: row.get("worker"), leaseExpiresAt: row.get("lease_expires_at"),
            fence: row.get("fence"), reason: row.get("reason"), receipt: row.get("receipt"), finishedAt: row.get("finished_at"))
    }
}

extension OutputFile {
    init(row: SQLRow) throws {
        try self.init(name: row.get("name"), contentType: row.get("content_type"), bytes: row.get("bytes"))
    }
}
