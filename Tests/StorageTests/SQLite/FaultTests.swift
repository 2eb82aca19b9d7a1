import Foundation
import Support
import Testing

@testable import Storage

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
