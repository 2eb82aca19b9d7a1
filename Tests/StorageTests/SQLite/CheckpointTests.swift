import Foundation
import Testing

@testable import Storage

@Suite("The write-ahead log of SQLite")
struct CheckpointTests {
    let folder: TemporaryFolder
    let database: Database

    init() throws {
        folder = try TemporaryFolder()
        database = try Database(.sqlite(path: folder.path("t.db")), schemas: [notes], at: hour)
    }

    func write(megabytes: Int) async throws {
        try await database.write { tx in
            try tx.execute(
                "INSERT INTO notes (body, data) VALUES (?, ?)", UUID().uuidString, [UInt8](repeating: 7, count: megabytes << 20))
        }
    }

    func size(_ name: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: folder.path(name))[.size] as? Int)
    }

    @Test("what was committed comes into the file while the database is open, without being asked for")
    func copied() async throws {
        for _ in 0..<3 { try await write(megabytes: 8) }
        // A page a look, so that what came late is copied too.
        while try size("t.db") < 16 << 20 {
            try await Task.sleep(for: .milliseconds(5))
            try await database.write { try $0.execute("UPDATE notes SET size = COALESCE(size, 0) + 1") }
        }
    }

    @Test("it stays bounded however much is written at once, and all is there afterwards")
    func bounded() async throws {
        for _ in 0..<60 { try await write(megabytes: 4) }
        let log = try size("t.db-wal")
        #expect(log < 100 << 20)
        #expect(try await database.read { try $0.value(Int.self, sql: "SELECT SUM(LENGTH(data)) FROM notes") } == 240 << 20)
        #expect(try await database.check() == [])
    }
}
