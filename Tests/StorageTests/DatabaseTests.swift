import PostgresTestServer
import Storage
import Support
import Testing

/// Told to every kind of database, in the same words.
@Suite("The database, of every kind")
struct DatabaseTests {
    struct Change: Error {}

    @Test("what was written is there after a restart, every kind of value as it was", arguments: TestEngine.allCases)
    func values(_ engine: TestEngine) async throws {
        let ground = try TestDatabase(engine)
        let database = try ground.open([notes])
        let count = try await database.write { tx in
            try tx.execute(
                "INSERT INTO notes (body, size, weight, data) VALUES (?, ?, ?, ?)", "zwölf 🎨 'quoted'", Int64.max, 0.1 + 0.2,
                [UInt8](0...255))
        }
        #expect(count == 1)
        try database.close()
        let row = try #require(await ground.open([notes]).read { try $0.row("SELECT * FROM notes WHERE size = ?", Int64.max) })
        #expect(try row.get("body", as: String.self) == "zwölf 🎨 'quoted'")
        #expect(try row.get("data", as: [UInt8].self) == [UInt8](0...255))
        #expect(try row.get("size", as: Int64?.self) == .max)
        #expect(try row.get("weight", as: Double.self) == 0.1 + 0.2)
    }

    @Test("every value comes back as it was, the largest, the smallest and none too", arguments: TestEngine.allCases)
    func extremes(_ engine: TestEngine) async throws {
        let database = try TestDatabase(engine).open([notes])
        let integers: [Int64?] = [nil, 0, 1, 255, .max, 1 << 32, 1 << 53 + 1]
        let reals: [Double?] = [nil, 0, -0.0, 1e308, -5e-324, .pi, .infinity]
        let bytes: [[UInt8]?] = [nil, [], [0], Array("'; DROP TABLE notes; --".utf8), .init(repeating: 0xFF, count: 1_000_000)]
        let texts = ["", "a", "\u{1}\t\n\r\\", "%_?$1", "'; DROP TABLE notes; --", "\u{10FFFF}", String(repeating: "é", count: 100_000)]
        let back = try await database.write { tx in
            for index in 0..<7 {
                try tx.execute(
                    "INSERT INTO notes (body, size, weight, data) VALUES (?, ?, ?, ?)", texts[index], integers[index], reals[index],
                    bytes[index % bytes.count])
            }
            return try tx.rows("SELECT body, size, weight, data FROM notes ORDER BY id")
        }
        #expect(try back.map { try $0.get("body", as: String.self) } == texts)
        #expect(try back.map { try $0.get("size", as: Int64?.self) } == integers)
        #expect(try back.map { try $0.get("weight", as: Double?.self) } == reals)
        #expect(try back.prefix(5).map { try $0.get("data", as: [UInt8]?.self) } == bytes)
        let negative: Int64? = try await database.read { try $0.value(sql: "SELECT ? - 1", Int64.min + 1) }
        #expect(negative == .min)
    }

    @Test("sums and counts of integers are integers, truths are 0 and 1", arguments: TestEngine.allCases)
    func sums(_ engine: TestEngine) async throws {
        let database = try TestDatabase(engine).open([notes])
        let row = try #require(
            await database.write { tx in
                for (body, size) in [("a", Int64.max / 2), ("b", 10_000), ("c", 99_990_000)] {
                    try tx.execute("INSERT INTO notes (body, size, weight) VALUES (?, ?, 1)", body, size)
                }
                return try tx.row(
                    """
                    SELECT SUM(size) AS sum, SUM(size) - SUM(size) - SUM(size) AS minus, COUNT(*) AS count, SUM(weight) AS weight,
                        COALESCE(SUM(CASE WHEN body = 'x' THEN size END), 0) AS none, MAX(size) > 5 AS truth,
                        CAST(COUNT(*) AS {real}) / 2 AS half
                    FROM notes
                    """)
            })
        #expect(try row.get("sum", as: Int64.self) == .max / 2 + 100_000_000)
        #expect(try row.get("minus", as: Int64.self) == -(.max / 2 + 100_000_000))
        #expect(try row.get("count", as: Int.self) == 3 && row.get("none", as: Int.self) == 0 && row.get("truth", as: Bool.self))
        #expect(try row.get("weight", as: Double.self) == 3 && row.get("half", as: Double.self) == 1.5)
    }

    @Test("text sorts by its bytes", arguments: TestEngine.allCases)
    func order(_ engine: TestEngine) async throws {
        let database = try TestDatabase(engine).open([notes])
        let words = ["Zebra", "ant", "Ärger", "zebra", "_", "a b", "ab", "10", "9", "\u{FF21}", "🎨"]
        let sorted = try await database.write { tx in
            for word in words { try tx.execute("INSERT INTO notes (body) VALUES (?)", word) }
            return try tx.rows("SELECT body FROM notes ORDER BY body").map { try $0.get("body", as: String.self) }
        }
        #expect(sorted == words.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    }

    @Test("a question mark within a text, a name or a comment is no placeholder", arguments: TestEngine.allCases)
    func questionMarks(_ engine: TestEngine) async throws {
        let database = try TestDatabase(engine).open([notes])
        let row = try await database.read { tx in
            try tx.row(
                """
                SELECT 'what?' AS "who?", /* why? */ 'it''s ?' AS it, -- when?
                    CAST(? AS {text}) AS given, CAST(? AS {integer}) IS NULL AS empty
                """, "?", Int?.none)
        }
        let found = try #require(row)
        #expect(try found.get("who?", as: String.self) == "what?" && found.get("it", as: String.self) == "it's ?")
        #expect(try found.get("given", as: String.self) == "?" && found.get("empty", as: Bool.self))
    }

    @Test("text with a NUL in it is refused with the reason, and without the text", arguments: TestEngine.allCases)
    func nul(_ engine: TestEngine) async throws {
        let database = try TestDatabase(engine).open([notes])
        let error = await #expect(throws: StorageError.self) {
            try await database.write { try $0.execute("INSERT INTO notes (body) VALUES (?)", "secret\0prompt") }
        }
        #expect(error?.code == .unfitValue && error?.advice.isEmpty == false && error?.description.contains("secret") == false)
    }

    @Test("a transaction that fails leaves nothing behind", arguments: TestEngine.allCases)
    func rollback(_ engine: TestEngine) async throws {
        let database = try TestDatabase(engine).open([notes])
        await #expect(throws: Change.self) {
            try await database.write { tx in
                try tx.execute("INSERT INTO notes (body) VALUES ('half')")
                throw Change()
            }
        }
        #expect(try await database.read { try $0.value(Int.self, sql: "SELECT COUNT(*) FROM notes") } == 0)
    }

    @Test("of many writes at once those that fail leave nothing behind, and take nothing with them", arguments: TestEngine.allCases)
    func manyAtOnce(_ engine: TestEngine) async throws {
        let database = try TestDatabase(engine).open([notes])
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

    @Test("a transaction under way is not undone because its task was cancelled", arguments: TestEngine.allCases)
    func cancellation(_ engine: TestEngine) async throws {
        let database = try TestDatabase(engine).open([notes])
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await database.write { try $0.execute("INSERT INTO notes (body) VALUES ('kept')") }
        }
        #expect(try await task.value == 1)
        #expect(try await database.read { try $0.value(Int.self, sql: "SELECT COUNT(*) FROM notes") } == 1)
    }

    @Test("reading cannot write", arguments: TestEngine.allCases)
    func readOnly(_ engine: TestEngine) async throws {
        let database = try TestDatabase(engine).open([notes])
        let error = await #expect(throws: StorageError.self) {
            try await database.read { try $0.execute("INSERT INTO notes (body) VALUES ('x')") }
        }
        #expect(error?.code == .readOnly)
    }

    @Test("a reader sees one moment, whatever is written beside it", arguments: TestEngine.allCases)
    func snapshot(_ engine: TestEngine) async throws {
        let database = try TestDatabase(engine).open([notes])
        let (begun, written) = (Signal(), Signal())
        async let counts = database.read { tx in
            let first: Int? = try tx.value(sql: "SELECT COUNT(*) FROM notes")
            begun.give()
            written.take()
            return [first, try tx.value(sql: "SELECT COUNT(*) FROM notes")]
        }
        await begun.taken()
        try await database.write { try $0.execute("INSERT INTO notes (body) VALUES ('x')") }
        written.give()
        #expect(try await counts == [0, 0])
        #expect(try await database.read { try $0.value(Int.self, sql: "SELECT COUNT(*) FROM notes") } == 1)
    }

    @Test("an error names the rule that was broken and never the values", arguments: TestEngine.allCases)
    func errors(_ engine: TestEngine) async throws {
        let database = try TestDatabase(engine).open([notes])
        let insert: @Sendable (Transaction) throws -> Int = {
            try $0.execute("INSERT INTO notes (body, size) VALUES (?, ?)", "my secret prompt", 1)
        }
        try await database.write(insert)
        let broken: [@Sendable (Transaction) throws -> Int] = [
            insert, { try $0.execute("UPDATE notes SET size = ?", -1) }, { try $0.execute("UPDATE notes SET body = NULL") },
            { try $0.execute("UPDATE notes SET size = CAST(body AS {integer}) - 5") },
            { try $0.execute("UPDATE notes SET size = ?", "my secret") },
        ]
        for change in broken {
            let error = try #require(await #expect(throws: StorageError.self) { try await database.write(change) })
            #expect(error.code == .constraint, "\(error)")
            var dumped = ""
            dump(error, to: &dumped)
            #expect(!(error.description + dumped).contains("secret"))
        }
        let error = await #expect(throws: StorageError.self) { try await database.write(insert) }
        #expect(error?.description.contains("notes") == true && error?.description.contains("body") == true)
    }

    @Test("a wrong statement and a wrong column say so", arguments: TestEngine.allCases)
    func wrong(_ engine: TestEngine) async throws {
        let database = try TestDatabase(engine).open([notes])
        let error = await #expect(throws: StorageError.self) { try await database.read { try $0.rows("SELECT * FROM nothing") } }
        #expect(error?.code == .sql && error?.message.contains("nothing") == true)
        let missing = await #expect(throws: StorageError.self) { try await database.read { try $0.rows("SELECT ? + 1") } }
        #expect(missing?.code == .sql)
        try await database.write { try $0.execute("INSERT INTO notes (body) VALUES ('x')") }
        let row = try #require(await database.read { try $0.row("SELECT body, size FROM notes") })
        #expect(throws: StorageError.self) { try row.get("colour", as: String.self) }
        #expect(throws: StorageError.self) { try row.get("size", as: Int.self) }
        #expect(throws: StorageError.self) { try row.get("body", as: Int.self) }
        #expect(try row.get("size", as: Int?.self) == nil)
    }

    @Test("a new row tells the number that the database gave it", arguments: TestEngine.allCases)
    func identity(_ engine: TestEngine) async throws {
        let database = try TestDatabase(engine).open([notes])
        for expected in 1...3 {
            let id = try await database.write {
                try $0.value(Int64.self, sql: "INSERT INTO notes (body) VALUES (?) RETURNING id", "\(expected)")
            }
            #expect(id == Int64(expected))
        }
        let repeated = try await database.write {
            try $0.execute("INSERT INTO notes (body) VALUES ('1') ON CONFLICT (body) DO NOTHING")
        }
        #expect(repeated == 0)
    }

    @Test("a sound database has nothing to complain of", arguments: TestEngine.allCases)
    func sound(_ engine: TestEngine) async throws { #expect(try await TestDatabase(engine).open([notes]).check() == []) }

    @Test("a closed database says that it is closed", arguments: TestEngine.allCases)
    func closed(_ engine: TestEngine) async throws {
        let database = try TestDatabase(engine).open([notes])
        try await database.write { try $0.execute("DELETE FROM notes") }
        try database.close()
        let error = await #expect(throws: StorageError.self) { try await database.write { try $0.execute("DELETE FROM notes") } }
        #expect(error?.code == .closed)
    }
}
