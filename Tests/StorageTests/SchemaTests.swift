import PostgresTestServer
import Storage
import Support
import Testing

@Suite("Migrations, with every kind of database")
struct SchemaTests {
    let first = Schema.Migration(1, "things", ["CREATE TABLE things (id {identity}, name {text} NOT NULL){strict}"])
    let second = Schema.Migration(2, "colours", ["ALTER TABLE things ADD COLUMN colour {text}", "UPDATE things SET colour = 'red'"])

    @Test("an older database is brought up to date and keeps its rows", arguments: TestEngine.allCases)
    func upgrade(_ engine: TestEngine) async throws {
        let ground = try TestDatabase(engine)
        let old = try ground.open([Schema(module: "things", migrations: [first])])
        try await old.write { try $0.execute("INSERT INTO things (name) VALUES ('circle')") }
        try old.close()
        let new = try ground.open([Schema(module: "things", migrations: [first, second])], at: hour)
        #expect(try await new.read { try $0.value(String.self, sql: "SELECT colour FROM things WHERE name = 'circle'") } == "red")
        let applied = try await new.read { try $0.rows("SELECT name, applied_at FROM schema_migrations ORDER BY number") }
        #expect(try applied.map { try $0.get("name", as: String.self) } == ["things", "colours"])
        #expect(try applied[0].get("applied_at", as: Timestamp.self) == hour)
        try new.close()
        _ = try ground.open([Schema(module: "things", migrations: [first, second])])
    }

    @Test("a running program goes on when a newer one adds a column", arguments: TestEngine.allCases)
    func besideEachOther(_ engine: TestEngine) async throws {
        let ground = try TestDatabase(engine)
        let old = try ground.open([Schema(module: "things", migrations: [first])])
        let look: @Sendable (Transaction) throws -> [SQLRow] = { try $0.rows("SELECT * FROM things") }
        try await old.write { try $0.execute("INSERT INTO things (name) VALUES ('circle')") }
        _ = try await (old.read(look), old.write { try look($0) })
        let new = try ground.open([Schema(module: "things", migrations: [first, second])])
        for _ in 0..<3 {
            #expect(try await old.read(look).first?.get("name", as: String.self) == "circle")
            #expect(try await old.write { try look($0) }.first?.get("name", as: String.self) == "circle")
        }
        #expect(try await new.read(look).first?.get("colour", as: String.self) == "red")
    }

    @Test("each module has its own numbers", arguments: TestEngine.allCases)
    func modules(_ engine: TestEngine) async throws {
        let other = Schema(module: "others", migrations: [.init(1, "others", ["CREATE TABLE others (id {identity}){strict}"])])
        let database = try TestDatabase(engine).open([Schema(module: "things", migrations: [first]), other])
        #expect(try await database.read { try $0.value(Int.self, sql: "SELECT COUNT(*) FROM others") } == 0)
    }

    @Test("a database of a newer program is refused and not touched", arguments: TestEngine.allCases)
    func newer(_ engine: TestEngine) throws {
        let ground = try TestDatabase(engine)
        try ground.open([Schema(module: "things", migrations: [first, second])]).close()
        let error = #expect(throws: StorageError.self) { try ground.open([Schema(module: "things", migrations: [first])]) }
        #expect(error?.code == .newerSchema && error?.description.contains("newer") == true)
        _ = try ground.open([Schema(module: "things", migrations: [first, second])])
    }

    @Test("a database with another history is refused", arguments: TestEngine.allCases)
    func otherHistory(_ engine: TestEngine) throws {
        let ground = try TestDatabase(engine)
        try ground.open([Schema(module: "things", migrations: [first])]).close()
        let impostor = Schema.Migration(1, "people", ["CREATE TABLE people (id {identity}){strict}"])
        let error = #expect(throws: StorageError.self) { try ground.open([Schema(module: "things", migrations: [impostor])]) }
        #expect(error?.code == .differentHistory)
    }

    @Test("a migration that fails leaves the database as it was", arguments: TestEngine.allCases)
    func broken(_ engine: TestEngine) async throws {
        let ground = try TestDatabase(engine)
        try ground.open([Schema(module: "things", migrations: [first])]).close()
        let broken = Schema.Migration(2, "broken", ["ALTER TABLE things ADD COLUMN size {integer}", "UPDATE nothing SET x = 1"])
        #expect(throws: StorageError.self) { try ground.open([Schema(module: "things", migrations: [first, broken])]) }
        let database = try ground.open([Schema(module: "things", migrations: [first, second])])
        #expect(try await database.read { try $0.rows("SELECT * FROM things") }.isEmpty)
    }

    @Test("of many processes that start at once, one brings the tables up to date", arguments: TestEngine.allCases)
    func atOnce(_ engine: TestEngine) async throws {
        let ground = try TestDatabase(engine)
        let schemas = [Schema(module: "things", migrations: [first, second])]
        try await withThrowingTaskGroup(of: Database.self) { group in
            for _ in 0..<8 { group.addTask { try ground.open(schemas) } }
            for try await database in group {
                #expect(try await database.read { try $0.value(Int.self, sql: "SELECT COUNT(*) FROM schema_migrations") } == 2)
            }
        }
    }
}
