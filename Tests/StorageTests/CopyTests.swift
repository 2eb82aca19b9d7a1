import PostgresTestServer
import Storage
import Support
import Testing

@Suite("Moving to another database")
struct CopyTests {
    static let hour = Timestamp(millisecondsSinceEpoch: 1_750_000_000_000)
    static let schema = Schema(
        module: "library",
        migrations: [
            .init(
                1, "books",
                [
                    "CREATE TABLE books (id {identity}, title {text} NOT NULL UNIQUE, sequel_of {text} REFERENCES books (title)){strict}",
                    """
                    CREATE TABLE pages (
                        title {text} NOT NULL REFERENCES books (title),
                        number {integer} NOT NULL,
                        weight {real},
                        scan {bytes},
                        PRIMARY KEY (title, number)
                    ){strict}
                    """,
                    "CREATE TABLE visits (who {text} NOT NULL, at {integer} NOT NULL){strict}",
                ])
        ])
    static let ways: [(TestEngine, TestEngine)] = [(.sqlite, .postgres), (.postgres, .sqlite), (.sqlite, .sqlite)]

    private func filled(_ engine: TestEngine) async throws -> Database {
        let database = try TestDatabase(engine).open([Self.schema])
        try await database.write { tx in
            for (title, earlier) in [("Émile", nil), ("zoo", "Émile"), ("Zoo", "zoo"), ("gone", nil)] as [(String, String?)] {
                try tx.execute("INSERT INTO books (title, sequel_of) VALUES (?, ?)", title, earlier)
            }
            // The number of what was removed is not given again.
            try tx.execute("DELETE FROM books WHERE title = ?", "gone")
            for number in 0..<130 {
                let scan: [UInt8]? = number % 3 == 0 ? nil : (0..<number).map { UInt8($0 % 256) }
                try tx.execute(
                    "INSERT INTO pages (title, number, weight, scan) VALUES (?, ?, ?, ?)", number % 2 == 0 ? "zoo" : "Zoo", number - 60,
                    number % 5 == 0 ? nil : Double(number) / 7, scan)
                try tx.execute("INSERT INTO visits (who, at) VALUES (?, ?)", "person \(number % 4)", number / 10)
            }
        }
        return database
    }

    @Test("every row arrives, and the numbers go on where they were", arguments: ways)
    func arrives(_ from: TestEngine, _ to: TestEngine) async throws {
        let source = try await filled(from)
        let destination = try TestDatabase(to).open([Self.schema])
        let tables = try await source.copy(to: destination, schemas: [Self.schema])
        #expect(tables.map(\.name) == ["books", "pages", "visits"] && tables.map(\.rows) == [3, 130, 130])
        #expect(Set(tables.map(\.digest)).count == 3 && tables.allSatisfy { $0.digest.utf8.count == 64 })
        for question in [
            "SELECT * FROM books ORDER BY id", "SELECT * FROM pages ORDER BY title, number", "SELECT * FROM visits ORDER BY who, at",
        ] {
            let (old, new) = (try await source.read { try $0.rows(question) }, try await destination.read { try $0.rows(question) })
            #expect(old == new)
        }
        let next = try await destination.write { try $0.value(Int.self, sql: "INSERT INTO books (title) VALUES ('new') RETURNING id") }
        #expect(next == 5)
    }

    @Test("there and back again, everything has the same sums")
    func back() async throws {
        let source = try await filled(.sqlite)
        let server = try TestDatabase(.postgres).open([Self.schema])
        let there = try await source.copy(to: server, schemas: [Self.schema])
        let file = try TestDatabase(.sqlite).open([Self.schema])
        #expect(try await server.copy(to: file, schemas: [Self.schema]) == there)
    }

    @Test("nothing is mixed with what is there already", arguments: TestEngine.allCases)
    func refusesRows(_ engine: TestEngine) async throws {
        let source = try await filled(.sqlite)
        let destination = try TestDatabase(engine).open([Self.schema])
        try await destination.write { try $0.execute("INSERT INTO visits (who, at) VALUES ('me', 1)") }
        let error = await #expect(throws: StorageError.self) { try await source.copy(to: destination, schemas: [Self.schema]) }
        #expect(error?.code == .notEmpty && error?.message.contains("visits") == true)
        #expect(try await destination.read { try $0.value(Int.self, sql: "SELECT COUNT(*) FROM books") } == 0)
    }

    @Test("a table that nobody here knows is not left behind without a word", arguments: TestEngine.allCases)
    func refusesStrangers(_ engine: TestEngine) async throws {
        let source = try await filled(engine)
        try await source.write { try $0.execute("CREATE TABLE diary (day {integer} NOT NULL PRIMARY KEY){strict}") }
        let destination = try TestDatabase(.sqlite).open([Self.schema])
        let error = await #expect(throws: StorageError.self) { try await source.copy(to: destination, schemas: [Self.schema]) }
        #expect(error?.code == .differentHistory && error?.message.contains("diary") == true)
    }
}
