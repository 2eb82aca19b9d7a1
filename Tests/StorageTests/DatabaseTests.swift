import Foundation
import Support
import Testing

@testable import Storage

private let hour = Timestamp(millisecondsSinceEpoch: 1_750_000_000_000)
private let notes = Schema(
    module: "notes",
    migrations: [
        .init(
            1, "notes",
            ["CREATE TABLE notes (id {identity}, body {text} NOT NULL UNIQUE, size {integer} CHECK (size >= 0), data {bytes}){strict}"])
    ])

@Suite("The database")
struct DatabaseTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func open(_ options: Database.Options = .init(), _ name: String = "t.db") throws -> Database {
        try Database(.sqlite(path: folder.path(name)), schemas: [notes], options: options, at: hour)
    }

    @Test("what was written is there after a restart, every kind of value as it was")
    func values() async throws {
        let database = try open()
        let count = try await database.write { tx in
            try tx.execute("INSERT INTO notes (body, size, data) VALUES (?, ?, ?)", "zwölf 🎨 'quoted'", Int64.max, [UInt8](0...255))
        }
        #expect(count == 1)
        try database.close()
        let row = try #require(await open().read { try $0.row("SELECT * FROM notes WHERE size = ?", Int64.max) })
        #expect(try row.get("body", as: String.self) == "zwölf 🎨 'quoted'")
        #expect(try row.get("data", as: [UInt8].self) == [UInt8](0...255))
        #expect(try row.get("size", as: Int64?.self) == .max)
    }

    @Test("a transaction that fails leaves nothing behind")
    func rollback() async throws {
        struct Change: Error {}
        let database = try open()
        await #expect(throws: Change.self) {
            try await database.write { tx in
                try tx.execute("INSERT INTO notes (body) VALUES ('half')")
                throw Change()
            }
        }
        #expect(try await database.read { try $0.value(Int.self, sql: "SELECT COUNT(*) FROM notes") } == 0)
    }

    @Test("of many writes at once those that fail leave nothing behind, and take nothing with them")
    func manyAtOnce() async throws {
        struct Change: Error {}
        let database = try open()
        let failures = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<300 {
                group.addTask {
                    do {
                        return try await database.write { tx in
                            try tx.execute("INSERT INTO notes (body) VALUES (?)", "\(number)")
                            if number.isMultiple(of: 3) { throw Change() }
                            // Not unique: refused by the schema, not by the program.
                            if number.isMultiple(of: 5) { try tx.execute("INSERT INTO notes (body) VALUES (?)", "\(number)") }
                            return 0
                        }
                    } catch is Change { return 1 } catch let error as StorageError where error.code == .constraint { return 1 }
                }
            }
            return try await group.reduce(0, +)
        }
        let kept = try await database.read { try $0.rows("SELECT body FROM notes").map { try $0.get("body", as: String.self) } }
        let expected = (0..<300).filter { !$0.isMultiple(of: 3) && !$0.isMultiple(of: 5) }
        #expect(kept.sorted() == expected.map { "\($0)" }.sorted() && failures == 300 - expected.count)
    }

    @Test("a transaction under way is not undone because its task was cancelled")
    func cancellation() async throws {
        let database = try open()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await database.write { try $0.execute("INSERT INTO notes (body) VALUES ('kept')") }
        }
        #expect(try await task.value == 1)
        #expect(try await database.read { try $0.value(Int.self, sql: "SELECT COUNT(*) FROM notes") } == 1)
    }

    @Test("reading cannot write")
    func readOnly() async throws {
        let database = try open()
        let error = await #expect(throws: StorageError.self) {
            try await database.read { try $0.execute("INSERT INTO notes (body) VALUES ('x')") }
        }
        #expect(error?.code == .readOnly)
    }

    @Test("an error names the rule that was broken and never the values")
    func errors() async throws {
        let database = try open()
        let insert: @Sendable (Transaction) throws -> Int = { try $0.execute("INSERT INTO notes (body) VALUES (?)", "my secret prompt") }
        try await database.write(insert)
        let error = try #require(await #expect(throws: StorageError.self) { try await database.write(insert) })
        #expect(error.code == .constraint && error.description.contains("notes.body"))
        var dumped = ""
        dump(error, to: &dumped)
        #expect(!(error.description + dumped).contains("secret"))
    }

    @Test("a wrong statement and a wrong column say so")
    func wrong() async throws {
        let database = try open()
        let error = await #expect(throws: StorageError.self) { try await database.read { try $0.rows("SELECT * FROM nothing") } }
        #expect(error?.code == .sql && error?.message.contains("nothing") == true)
        try await database.write { try $0.execute("INSERT INTO notes (body) VALUES ('x')") }
        let row = try #require(await database.read { try $0.row("SELECT body, size FROM notes") })
        #expect(throws: StorageError.self) { try row.get("colour", as: String.self) }
        #expect(throws: StorageError.self) { try row.get("size", as: Int.self) }
        #expect(throws: StorageError.self) { try row.get("body", as: Int.self) }
        #expect(try row.get("size", as: Int?.self) == nil)
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

    @Test("a closed database says that it is closed")
    func closed() async throws {
        let database = try open()
        try database.close()
        let error = await #expect(throws: StorageError.self) { try await database.write { try $0.execute("DELETE FROM notes") } }
        #expect(error?.code == .closed)
    }
}

@Suite("Faults of the disk")
struct FaultTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func open(_ options: Database.Options = .init()) throws -> Database {
        try Database(.sqlite(path: folder.path("t.db")), schemas: [notes], options: options, at: hour)
    }

    func fill(_ database: Database, _ count: Int = 200) async throws {
        for number in 0..<count {
            try await database.write {
                try $0.execute("INSERT INTO notes (body, data) VALUES (?, ?)", "\(number)", [UInt8](repeating: 1, count: 3_000))
            }
        }
    }

    @Test("a full disk is named, keeps what was written, and work goes on when there is room")
    func full() async throws {
        var options = Database.Options()
        options.pageLimit = 60
        let database = try open(options)
        let error = await #expect(throws: StorageError.self) { try await fill(database) }
        #expect(error?.code == .diskFull && error?.description.contains(folder.path("t.db")) == true && error?.advice.isEmpty == false)
        let kept = try #require(await database.read { try $0.value(Int.self, sql: "SELECT COUNT(*) FROM notes") })
        #expect(kept > 10 && kept < 200)
        try await database.write { try $0.execute("DELETE FROM notes WHERE id <= 5") }
        try await database.write { try $0.execute("INSERT INTO notes (body) VALUES ('there is room')") }
        #expect(try await database.check() == [])
    }

    @Test("of many writes at once on a nearly full disk, what was confirmed is kept and the rest is named")
    func fullTogether() async throws {
        var options = Database.Options()
        options.pageLimit = 60
        let database = try open(options)
        let confirmed = try await withThrowingTaskGroup(of: [String].self) { group in
            for number in 0..<200 {
                group.addTask {
                    do {
                        try await database.write {
                            try $0.execute("INSERT INTO notes (body, data) VALUES (?, ?)", "\(number)", [UInt8](repeating: 1, count: 3_000))
                        }
                        return ["\(number)"]
                    } catch let error as StorageError where error.code == .diskFull { return [] }
                }
            }
            return try await group.reduce([], +)
        }
        let kept = try await database.read { try $0.rows("SELECT body FROM notes").map { try $0.get("body", as: String.self) } }
        #expect(kept.sorted() == confirmed.sorted() && confirmed.count > 10 && confirmed.count < 200)
        #expect(try await database.check() == [])
    }

    @Test("a file that is no database is refused and left as it was")
    func notADatabase() throws {
        let text = String(repeating: "This is a letter to grandmother. ", count: 100)
        try text.write(toFile: folder.path("t.db"), atomically: true, encoding: .utf8)
        let error = #expect(throws: StorageError.self) { try open() }
        #expect(error?.code == .notADatabase && error?.description.contains(folder.path("t.db")) == true)
        #expect(try String(contentsOfFile: folder.path("t.db"), encoding: .utf8) == text)
    }

    @Test("a damaged file is named as damaged")
    func corrupt() async throws {
        let database = try open()
        try await fill(database)
        try database.close()
        let file = try #require(FileHandle(forUpdatingAtPath: folder.path("t.db")))
        for page in 4..<100 {
            try file.seek(toOffset: UInt64(page) * 4_096)
            try file.write(contentsOf: Data(repeating: 0x5A, count: 600))
        }
        try file.close()
        let again = try open()
        #expect(try await again.check() != [])
        let error = await #expect(throws: StorageError.self) { try await again.read { try $0.rows("SELECT * FROM notes") } }
        #expect(error?.code == .corrupt && error?.description.contains(folder.path("t.db")) == true)
    }

    @Test("a folder that does not exist is named")
    func missingFolder() {
        let error = #expect(throws: StorageError.self) {
            try Database(.sqlite(path: folder.path("none/t.db")), schemas: [notes], at: hour)
        }
        #expect(error?.code == .cannotOpen && error?.description.contains("none/t.db") == true)
    }

    @Test("another process that writes for too long is named as the reason")
    func busy() async throws {
        let (one, two) = (try open(), try open(.init(busyTimeout: .zero)))
        let error = try await one.write { tx -> StorageError? in
            try tx.execute("INSERT INTO notes (body) VALUES ('held')")
            let done = DispatchSemaphore(value: 0)
            let found = Found()
            Task.detached {
                do { try await two.write { try $0.execute("DELETE FROM notes") } } catch { found.error = error as? StorageError }
                done.signal()
            }
            done.wait()
            return found.error
        }
        #expect(error?.code == .busy)
        try await two.write { try $0.execute("DELETE FROM notes") }
    }
}

private final class Found: @unchecked Sendable {
    var error: StorageError?
}
