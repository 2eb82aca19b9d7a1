import Jobs
import PostgresTestServer
import Storage
import Support
import Testing

@Suite("The schema")
struct SchemaTests {
    func database(_ engine: TestEngine) throws -> Database { try TestDatabase(engine).open([SQLJobQueue.schema]) }

    /// A job of the table, one column changed.
    static func insert(_ id: Int, _ changes: [String: String] = [:]) -> String {
        var columns = [
            "id": "\(id)", "request_id": "\(id)", "kind": "'generate'", "queue": "'painter'", "arguments": "CAST('{}' AS {bytes})",
            "weight": "100",
            "cost": "1", "priority": "0", "max_attempts": "3", "created_at": "1", "tag": "1", "guild_tag": "1", "state": "'available'",
            "attempt": "0", "scheduled_at": "1", "fence": "0", "progress": "0", "failures": "'[]'",
        ]
        columns.merge(changes) { $1 }
        let names = columns.keys.sorted()
        return "INSERT INTO jobs (\(names.joined(separator: ", "))) VALUES (\(names.map { columns[$0] ?? "" }.joined(separator: ", ")))"
    }

    @Test("a sound row is accepted", arguments: TestEngine.allCases)
    func sound(_ engine: TestEngine) async throws { #expect(try await database(engine).write { try $0.execute(Self.insert(1)) } == 1) }

    @Test(
        "a row that cannot be true is refused, whatever wrote it", arguments: TestEngine.allCases,
        [
            ["state": "'broken'"], ["state": "'running'"], ["worker": "'w'"], ["lease_expires_at": "5"], ["finished_at": "5"],
            ["state": "'completed'"], ["state": "'completed'", "finished_at": "5"], ["attempt": "4"], ["attempt": "-1"], ["attempt": "1"],
            ["progress": "1.5"], ["cost": "0"], ["weight": "0"], ["priority": "101"], ["max_attempts": "0"], ["kind": "''"],
            ["arguments": "CAST('\(String(repeating: "x", count: 262_145))' AS {bytes})"], ["request_id": "NULL"], ["created_at": "'noon'"],
            ["tag": "0"],
        ])
    func impossible(_ engine: TestEngine, _ changes: [String: String]) async throws {
        let database = try database(engine)
        let error = await #expect(throws: StorageError.self) { try await database.write { try $0.execute(Self.insert(1, changes)) } }
        #expect(error?.code == .constraint)
    }

    @Test("two jobs of one series cannot run, nor one request have two jobs", arguments: TestEngine.allCases)
    func unique(_ engine: TestEngine) async throws {
        let database = try database(engine)
        let running = ["state": "'running'", "worker": "'w'", "lease_expires_at": "9", "attempt": "1", "fence": "1", "attempted_at": "1"]
        try await database.write { try $0.execute(Self.insert(1, running.merging(["serial_key": "'talk'"]) { $1 })) }
        for statement in [Self.insert(2, running.merging(["serial_key": "'talk'"]) { $1 }), Self.insert(3, ["request_id": "1"])] {
            let error = await #expect(throws: StorageError.self) { try await database.write { try $0.execute(statement) } }
            #expect(error?.code == .constraint)
        }
    }

    @Test("a request cannot have two final answers, an output no job", arguments: TestEngine.allCases)
    func others(_ engine: TestEngine) async throws {
        let database = try database(engine)
        let final = """
            INSERT INTO deliveries (request_id, kind, sequence, payload, created_at, state, attempt, next_attempt_at, fence)
            VALUES (1, 'final', 0, CAST('{}' AS {bytes}), 1, 'waiting', 0, 1, 0)
            """
        try await database.write { try $0.execute(final) }
        let statements = [
            final, final.replacing("'final', 0", with: "'final', 1"), final.replacing("'waiting'", with: "'delivered'"),
            "INSERT INTO outputs (request_id, summary, size, recorded_at) VALUES (9, CAST('{}' AS {bytes}), 0, 1)",
        ]
        for statement in statements {
            let error = await #expect(throws: StorageError.self) { try await database.write { try $0.execute(statement) } }
            #expect(error?.code == .constraint)
        }
    }

    @Test("finding the next job, the due, the lost and the open deliveries takes an index each")
    func plans() async throws {
        let plans: [(String, String)] = [
            (
                "SELECT * FROM jobs AS j WHERE j.queue = 'a' AND j.state = 'available' ORDER BY j.priority DESC, j.tag, j.guild_tag, j.id LIMIT 1",
                "jobs_available"
            ),
            (
                "SELECT * FROM jobs WHERE state IN ('scheduled', 'retryable') AND scheduled_at <= 5 ORDER BY scheduled_at, id LIMIT 5",
                "jobs_due"
            ),
            ("SELECT * FROM jobs WHERE state = 'running' AND lease_expires_at <= 5 ORDER BY lease_expires_at, id LIMIT 5", "jobs_running"),
            (
                """
                SELECT * FROM jobs WHERE deadline IS NOT NULL AND state IN ('available', 'scheduled', 'retryable') AND deadline <= 5
                ORDER BY deadline, id LIMIT 5
                """, "jobs_deadline"
            ),
            (
                """
                SELECT COUNT(*) FROM jobs WHERE user_key = 'a' AND finished_at IS NULL AND state IN ('available', 'scheduled', 'retryable')
                """, "jobs_of_user"
            ),
            ("SELECT * FROM deliveries WHERE finished_at IS NULL AND next_attempt_at <= 5 ORDER BY next_attempt_at, id", "deliveries_open"),
        ]
        let database = try database(.sqlite)
        for (query, index) in plans {
            let plan = try await database.read { tx in
                try tx.rows("EXPLAIN QUERY PLAN " + query).map { try $0.get("detail", as: String.self) }.joined(separator: "; ")
            }
            #expect(plan.contains(index) && !plan.contains("TEMP B-TREE"), "\(plan)")
        }
    }
}
