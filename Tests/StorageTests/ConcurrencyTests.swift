import PostgresTestServer
import Storage
import Support
import Testing

@Suite("Many at once, with every kind of database", .timeLimit(.minutes(10)))
struct ConcurrencyTests {
    /// Two processes' views of one database with a few notes.
    private func ground(_ engine: TestEngine, sizes: [Int]) async throws -> [Database] {
        let ground = try TestDatabase(engine)
        let databases = [try ground.open([notes]), try ground.open([notes])]
        try await databases[0].write { tx in
            for (number, size) in sizes.enumerated() { try tx.execute("INSERT INTO notes (body, size) VALUES (?, ?)", "\(number)", size) }
        }
        return databases
    }

    private func atOnce(_ count: Int, _ databases: [Database], _ body: @escaping @Sendable (Database, Int) async throws -> Void)
        async throws
    {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<count { group.addTask { try await body(databases[number % databases.count], number) } }
            try await group.waitForAll()
        }
    }

    @Test("who reads, decides and writes is as if alone", arguments: TestEngine.allCases)
    func counter(_ engine: TestEngine) async throws {
        let databases = try await ground(engine, sizes: [0])
        try await atOnce(200, databases) { database, _ in
            try await database.write { tx in
                let size: Int = try tx.value(sql: "SELECT size FROM notes") ?? 0
                try tx.execute("UPDATE notes SET size = ?", size + 1)
            }
        }
        #expect(try await databases[0].read { try $0.value(Int.self, sql: "SELECT size FROM notes") } == 200)
    }

    @Test("a decision that rests on several rows is not undermined by one who changes another of them", arguments: TestEngine.allCases)
    func skew(_ engine: TestEngine) async throws {
        let databases = try await ground(engine, sizes: Array(repeating: 1, count: 20))
        // Each may go to 0 as long as ten are left.
        try await atOnce(20, databases) { database, number in
            try await database.write { tx in
                let left: Int = try tx.value(sql: "SELECT COUNT(*) FROM notes WHERE size = 1") ?? 0
                if left > 10 { try tx.execute("UPDATE notes SET size = 0 WHERE body = ?", "\(number)") }
            }
        }
        #expect(try await databases[0].read { try $0.value(Int.self, sql: "SELECT SUM(size) FROM notes") } == 10)
    }

    @Test("who locks what is decided on need not be as if alone", arguments: TestEngine.allCases)
    func locked(_ engine: TestEngine) async throws {
        let databases = try await ground(engine, sizes: [0, 5])
        try await atOnce(200, databases) { database, _ in
            try await database.write(isolation: .locking) { tx in
                let size: Int = try tx.value(sql: "SELECT size FROM notes WHERE body = '0' {for update}") ?? 0
                try tx.execute("UPDATE notes SET size = ? WHERE body = '0'", size + 1)
                try tx.execute("UPDATE notes SET size = size - 1 WHERE body = '1' AND size > 0")
            }
        }
        let sizes = try await databases[0].read {
            try $0.rows("SELECT size FROM notes ORDER BY body").map { try $0.get("size", as: Int.self) }
        }
        #expect(sizes == [200, 0])
    }

    @Test("a name keeps together what rows cannot", arguments: TestEngine.allCases)
    func named(_ engine: TestEngine) async throws {
        let databases = try await ground(engine, sizes: [])
        try await atOnce(60, databases) { database, number in
            try await database.write(isolation: .locking) { tx in
                let first = try tx.lock("notes")
                let second = try tx.lock("notes")
                #expect(tx.isAlone ? (first, second) == (.alone, .alone) : (first, second) == (.taken, .held))
                let count: Int = try tx.value(sql: "SELECT COUNT(*) FROM notes") ?? 0
                if count < 10 { try tx.execute("INSERT INTO notes (body) VALUES (?)", "\(number)") }
            }
        }
        #expect(try await databases[0].read { try $0.value(Int.self, sql: "SELECT COUNT(*) FROM notes") } == 10)
    }

    @Test("each row that waits is taken by one of many, who do not wait for one another", arguments: TestEngine.allCases)
    func skipping(_ engine: TestEngine) async throws {
        let databases = try await ground(engine, sizes: Array(repeating: 0, count: 100))
        try await atOnce(100, databases) { database, _ in
            let taken = try await database.write(isolation: .locking) { tx in
                let id: Int64? = try tx.value(sql: "SELECT id FROM notes WHERE size = 0 ORDER BY id LIMIT 1 {skip locked}")
                return try id.map { try tx.execute("UPDATE notes SET size = size + 1 WHERE id = ?", $0) }
            }
            #expect(taken == 1)
        }
        let counts = try await databases[0].read { try $0.rows("SELECT DISTINCT size FROM notes").map { try $0.get("size", as: Int.self) } }
        #expect(counts == [1])
    }

    @Test("a name that somebody holds is said to be busy to those who would not wait")
    func busyName() async throws {
        let databases = try await ground(.postgres, sizes: [])
        let (held, done) = (Signal(), Signal())
        async let holding: Void = databases[0].write(isolation: .locking) { tx in
            try tx.lock("notes")
            held.give()
            done.take()
        }
        await held.taken()
        #expect(try await databases[1].write(isolation: .locking) { try $0.lock("notes", waiting: false) } == .busy)
        #expect(try await databases[1].write(isolation: .locking) { try $0.lock("others", waiting: false) } == .taken)
        done.give()
        try await holding
    }

    @Test("no more connections are opened than allowed, and those that nobody uses are closed")
    func pool() async throws {
        // Longer than a crowded machine leaves one unused: the server knows one that was closed for a moment more.
        let ground = try TestDatabase(.postgres, parameters: ["pool=3", "idle_timeout=3"])
        let database = try ground.open([notes])
        let count = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = '\(ground.name)'"
        try await atOnce(60, [database]) { database, _ in
            let seen = try await database.read { tx in
                _ = try tx.rows("SELECT CAST(pg_sleep(0.005) AS text)")
                return try tx.value(Int.self, sql: count)
            }
            #expect((1...3).contains(seen ?? 0))
        }
        let limit = ContinuousClock.now + .seconds(60)
        while try ground.server?.sql(count) != [["0"]], ContinuousClock.now < limit { await Task.yield() }
        #expect(try ground.server?.sql(count) == [["0"]])
        try await database.write { try $0.execute("DELETE FROM notes") }
    }
}
