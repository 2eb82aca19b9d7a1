import Foundation
import Support

/// The fields of a hash, as the server returns them.
struct RedisRow {
    private var fields: [String: RESPValue] = [:]

    /// Nil if there is no such key.
    init?(_ value: RESPValue) throws {
        guard let values = value.array else { throw RedisError(.unexpectedReply, "Redis returned no hash") }
        if values.isEmpty { return nil }
        for index in stride(from: 0, to: values.count - 1, by: 2) { fields[values[index].string ?? ""] = values[index + 1] }
    }

    private func wrong(_ name: String) -> RedisError {
        RedisError(.unexpectedReply, "field \(name) holds what this version does not know; update Troupe")
    }

    func text(_ name: String) -> String? { fields[name]?.string }

    func get(_ name: String) throws -> String {
        guard let text = text(name) else { throw wrong(name) }
        return text
    }

    func integer<Number: FixedWidthInteger>(_ name: String) throws -> Number {
        guard let number = Number(try get(name)) else { throw wrong(name) }
        return number
    }

    func moment(_ name: String) throws -> Timestamp? {
        guard fields[name] != nil else { return nil }
        return Timestamp(millisecondsSinceEpoch: try integer(name))
    }

    func momentThere(_ name: String) throws -> Timestamp { Timestamp(millisecondsSinceEpoch: try integer(name)) }

    func word<Value: RawRepresentable>(_ name: String) throws -> Value where Value.RawValue == String {
        guard let value = Value(rawValue: try get(name)) else { throw wrong(name) }
        return value
    }

    func request() throws -> RequestID {
        guard let id = RequestID(try get("request")) else { throw wrong("request") }
        return id
    }

    func real(_ name: String) throws -> Double {
        guard let number = Double(try get(name)) else { throw wrong(name) }
        return number
    }

    func bytes(_ name: String) throws -> [UInt8] {
        guard let bytes = fields[name]?.data else { throw wrong(name) }
        return bytes
    }

    /// A list of files: name, type and bytes by number, from `first`.
    func files(from first: Int) throws -> [OutputFile] {
        var files: [OutputFile] = []
        while let name = text(String(first + 3 * files.count)) {
            let at = first + 3 * files.count
            files.append(OutputFile(name: name, contentType: try get(String(at + 1)), bytes: try bytes(String(at + 2))))
        }
        return files
    }
}

extension Job {
    init(redis row: RedisRow) throws {
        try self.init(
            id: row.integer("id"), requestID: row.request(), kind: row.get("kind"), queue: row.get("queue"),
            arguments: JobPayload(bytes: row.bytes("arguments")), user: row.text("user"), guild: row.text("guild"),
            weight: row.integer("weight"), cost: row.integer("cost"), priority: row.integer("priority"), serialKey: row.text("serial"),
            maxAttempts: row.integer("maxAttempts"), deadline: row.moment("deadline"), createdAt: row.momentThere("createdAt"),
            state: row.word("state"), attempt: row.integer("attempt"), scheduledAt: row.momentThere("scheduledAt"),
            fence: row.integer("fence"), worker: row.text("worker"), leaseExpiresAt: row.moment("leaseExpiresAt"),
            progress: row.real("progress"), cancelRequestedAt: row.moment("cancelRequestedAt"),
            failures: JSONDecoder().decode([JobFailure].self, from: Data(row.get("failures").utf8)),
            attemptedAt: row.moment("attemptedAt"), finishedAt: row.moment("finishedAt"),
            place: FairPlace(tag: row.integer("tag"), guildTag: row.integer("guildTag")))
    }

    /// What may change, as fields and values; an empty value is none.
    func redisFields() throws -> [String] {
        let failures = failures.isEmpty ? "[]" : String(decoding: try JSONEncoder().encode(failures), as: UTF8.self)
        return [
            "state", state.rawValue, "attempt", String(attempt), "scheduledAt", scheduledAt.redis, "worker", worker ?? "",
            "leaseExpiresAt", leaseExpiresAt?.redis ?? "", "progress", "\(progress)", "cancelRequestedAt",
            cancelRequestedAt?.redis ?? "", "failures", failures, "attemptedAt", attemptedAt?.redis ?? "", "finishedAt",
            finishedAt?.redis ?? "",
        ]
    }
}

extension Delivery {
    init(redis row: RedisRow) throws {
        try self.init(
            id: row.integer("id"), requestID: row.request(), kind: row.word("kind"), sequence: row.integer("sequence"),
            payload: JobPayload(bytes: row.bytes("payload")), deadline: row.moment("deadline"), createdAt: row.momentThere("createdAt"),
            state: row.word("state"), attempt: row.integer("attempt"), nextAttemptAt: row.momentThere("nextAttemptAt"),
            worker: row.text("worker"), leaseExpiresAt: row.moment("leaseExpiresAt"), fence: row.integer("fence"),
            reason: row.text("reason"), receipt: row.text("receipt"), finishedAt: row.moment("finishedAt"))
    }
}

extension NewDelivery {
    func redisWords(at now: Timestamp) -> [RESPWord] {
        [
            .text(requestID.description), .text(kind.rawValue), .text(String(sequence)), .bytes(payload.bytes),
            .text(deadline?.redis ?? ""), .text(now.redis), .text(max(notBefore ?? now, now).redis),
        ]
    }
}

extension [OutputFile] {
    var redisWords: [RESPWord] { flatMap { [.text($0.name), .text($0.contentType), .bytes($0.bytes)] } }
}
