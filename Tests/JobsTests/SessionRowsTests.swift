import Jobs
import Storage
import Support
import Testing

@Suite("Saved gateway sessions")
struct SessionRowsTests {
    func row(_ session: String, _ sequence: Int64) -> SessionRows.Row {
        SessionRows.Row(
            shardID: 1, shardCount: 2, sessionID: session, resumeURL: "wss://gateway", sequence: sequence,
            savedAt: Timestamp(millisecondsSinceEpoch: sequence))
    }

    @Test("a session is found after a restart at the last sequence that was dealt with")
    func saved() async throws {
        let folder = try TemporaryFolder()
        func open() throws -> Database {
            try Database(
                .sqlite(path: folder.path("t.db")), schemas: [SQLJobQueue.schema], at: Timestamp(millisecondsSinceEpoch: 0))
        }
        let database = try open()
        let rows = SessionRows(database)
        #expect(try await rows.load(shard: 1, of: 2) == nil)
        try await rows.save(row("a", 5))
        try await rows.save(row("a", 9))
        try await rows.save(row("a", 7))
        try database.close()
        let again = SessionRows(try open())
        #expect(try await again.load(shard: 1, of: 2) == row("a", 9))
        #expect(try await again.load(shard: 1, of: 4) == nil)
        try await again.save(row("b", 1))
        #expect(try await again.load(shard: 1, of: 2) == row("b", 1))
        try await again.remove(shard: 1, of: 2)
        #expect(try await again.load(shard: 1, of: 2) == nil)
    }
}
