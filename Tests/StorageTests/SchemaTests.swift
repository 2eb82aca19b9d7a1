import Storage
import Support
import Testing

@Suite("Migrations")
struct SchemaTests {
    let folder: TemporaryFolder
    let hour = Timestamp(millisecondsSinceEpoch: 1_750_000_000_000)

    init() throws { folder = try TemporaryFolder() }

    let first = Schema.Migration(1, "things", ["CREATE TABLE things (id {identity}, name {text} NOT NULL){strict}"])
    let second = Schema.Migration(2, "colours", ["ALTER TABLE things ADD COLUMN colour {text}", "UPDATE things SET colour = 'red'"])

    func open(_ schemas: Schema...) throws -> Database {
        try Database(.sqlite(path: folder.path("t.db")), schemas: schemas, at: hour)
    }

    @Test("an older database is brought up to date and keeps its rows")
    func upgrade() async throws {
        let old = try open(Schema(module: "things", migrations: [first]))
        try await old.write { try $0.execute("INSERT INTO things (name) VALUES ('circle')") }
        try old.close()
        let new = try open(Schema(module: "things", migrations: [first, second]))
        #expect(try await new.read { try $0.value(String.self, sql: "SELECT colour FROM things WHERE name = 'circle'") } == "red")
        let applied = try await new.read { try $0.rows("SELECT name, applied_at FROM schema_migrations ORDER BY number") }
        #expect(try applied.map { try $0.get("name", as: String.self) } == ["things", "colours"])
        #expect(try applied[0].get("applied_at", as: Timestamp.self) == hour)
        try new.close()
        _ = try open(Schema(module: "things", migrations: [first, second]))
    }

    @Test("each module has its own numbers")
    func modules() async throws {
        let other = Schema(module: "others", migrations: [.init(1, "others", ["CREATE TABLE others (id {identity}){strict}"])])
        let database = try open(Schema(module: "things", migrations: [first]), other)
        #expect(try await database.read { try $0.value(Int.self, sql: "SELECT COUNT(*) FROM others") } == 0)
    }

    @Test("a database of a newer program is refused and not touched")
    func newer() throws {
        try open(Schema(module: "things", migrations: [first, second])).close()
        let error = #expect(throws: StorageError.self) { try open(Schema(module: "things", migrations: [first])) }
        #expect(error?.code == .newerSchema && error?.description.contains("newer") == true)
        _ = try open(Schema(module: "things", migrations: [first, second]))
    }

    @Test("a database with another history is refused")
    func otherHistory() throws {
        try open(Schema(module: "things", migrations: [first])).close()
        let impostor = Schema.Migration(1, "people", ["CREATE TABLE people (id {identity}){strict}"])
        let error = #expect(throws: StorageError.self) { try open(Schema(module: "things", migrations: [impostor])) }
        #expect(error?.code == .differentHistory)
    }

    @Test("a migration that fails leaves the database as it was")
    func broken() async throws {
        try open(Schema(module: "things", migrations: [first])).close()
        let broken = Schema.Migration(2, "broken", ["ALTER TABLE things ADD COLUMN size {integer}", "UPDATE nothing SET x = 1"])
        #expect(throws: StorageError.self) { try open(Schema(module: "things", migrations: [first, broken])) }
        let database = try open(Schema(module: "things", migrations: [first, second]))
        #expect(try await database.read { try $0.rows("SELECT * FROM things") }.isEmpty)
    }
}
