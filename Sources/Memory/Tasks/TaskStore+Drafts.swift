import Storage
import Support

// What Discord shows the bot once and a form asks about later: kept for a day, read by who began it.

extension TaskStore {
    private static let draftLifetime = Duration.seconds(86_400)

    /// - Parameter id: of the interaction that opened the form.
    public func keepDraft(_ id: UInt64, _ body: some Encodable & Sendable, by person: PersonKey, at now: Timestamp) async throws {
        let text = try json(body)
        try await database.write { tx in
            try tx.execute("DELETE FROM task_drafts WHERE made_at < ?", now - Self.draftLifetime)
            try tx.execute(
                "INSERT INTO task_drafts (id, person, body, made_at) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING", RequestID(id),
                person,
                text, now)
        }
    }

    public func draft<Body: Decodable & Sendable>(_ id: UInt64, by person: PersonKey, as type: Body.Type = Body.self) async throws -> Body?
    {
        try await database.read { tx in
            try tx.row("SELECT body FROM task_drafts WHERE id = ? AND person = ?", RequestID(id), person)?.decode("body")
        }
    }
}
