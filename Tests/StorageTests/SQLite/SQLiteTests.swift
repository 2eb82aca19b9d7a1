import Foundation
import Support
import Synchronization
import Testing

@testable import Storage

@Suite("SQLite alone")
struct SQLiteTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func open(_ options: Database.Options = .init(), _ name: String = "t.db") throws -> Database {
        try Database(.sqlite(path: folder.path(name)), schemas: [notes], options: options, at: hour)
    }

    @Test("the file is its owner's alone")
    func mode() throws {
        let database = try open()
        for name in ["t.db", "t.db-wal"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.path(name))
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
        try database.close()
    }

    @Test("the durable kind waits for the disk, the usual kind does not")
    func durability() async throws {
        for (durability, synchronous) in [(Database.Durability.processCrash, 1), (.powerLoss, 2)] {
            let database = try open(.init(durability: durability), "\(synchronous).db")
            #expect(try await database.write { try $0.value(Int.self, sql: "PRAGMA synchronous") } == synchronous)
            #expect(try await database.write { try $0.value(String.self, sql: "PRAGMA journal_mode") } == "wal")
            #expect(try await database.write { try $0.value(Int.self, sql: "PRAGMA foreign_keys") } == 1)
        }
    }

    @Test("a database in memory works the same")
    func memory() async throws {
        let database = try Database(.sqliteMemory, schemas: [notes], at: hour)
        let id = try await database.write { try $0.value(Int64.self, sql: "INSERT INTO notes (body) VALUES ('x') RETURNING id") }
        #expect(id == 1)
        #expect(try await database.read { try $0.value(Int.self, sql: "SELECT COUNT(*) FROM notes") } == 1)
    }

    @Test("many who make the same file at the same moment all have it")
    func birth() throws {
        for round in 0..<20 {
            let problems = Mutex([String]())
            DispatchQueue.concurrentPerform(iterations: 8) { _ in
                do { _ = try open(.init(), "born \(round).db") } catch { problems.withLock { $0.append("\(error)") } }
            }
            #expect(problems.withLock { $0 } == [])
        }
    }
}
