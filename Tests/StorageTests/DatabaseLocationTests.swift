import Storage
import Testing

@Suite("Where the database is")
struct DatabaseLocationTests {
    @Test(
        "an address names a file or memory",
        arguments: [
            ("sqlite:troupe.db", DatabaseLocation.sqlite(path: "troupe.db")),
            ("sqlite:/var/lib/troupe.db", .sqlite(path: "/var/lib/troupe.db")),
            ("sqlite:///var/lib/troupe.db", .sqlite(path: "/var/lib/troupe.db")),
            ("sqlite::memory:", .sqliteMemory),
        ])
    func parses(_ text: String, _ location: DatabaseLocation) throws { #expect(try DatabaseLocation(parsing: text) == location) }

    @Test(
        "an address names a server, and is printed without its password",
        arguments: [
            ("postgres://troupe:hunter2@db.example:5433/art?sslmode=require", "postgres://troupe@db.example:5433/art"),
            ("postgresql://troupe:hunter%402@db/art?pool=3&statement_timeout=2.5", "postgres://troupe@db/art"),
            ("postgres://a:hunter2@one:1,two:2/art?target_session_attrs=read-write", "postgres://a@one,two:1,2/art"),
            (
                "postgres:///art?host=/run/postgresql&user=troupe&password=hunter2&sslpassword=hunter2",
                "postgres://troupe@/run/postgresql/art"
            ),
            ("postgres://[::1]/art", "postgres://::1/art"),
        ])
    func servers(_ text: String, _ printed: String) throws {
        let location = try DatabaseLocation(parsing: text)
        #expect("\(location)" == printed)
        var dumped = ""
        dump(location, to: &dumped)
        #expect(!(dumped + String(reflecting: location)).contains("hunter"))
        #expect(try location == DatabaseLocation(parsing: text))
    }

    @Test(
        "anything else is refused with a hint and without repeating it",
        arguments: [
            "", "troupe.db", "sqlite:", "sqlite://", "sqlite:folder/", "sqlite:a\0b", "mysql://troupe:hunter2@db/troupe",
            "postgres://troupe:hunter2@hunter2@db/troupe", "postgres://troupe:hunter2/hunter2@db/troupe",
            "postgres://troupe:hunter2?hunter2@db/troupe", "postgres://db/troupe?hunter2=1", "postgres://troupe:hunter2%zz@db/troupe",
            "postgres:troupe:hunter2@db", "postgres://db/troupe?pool=0", "postgres://db/troupe?pool=many", "postgres://db:hunter2/troupe",
            "postgres://db/troupe?statement_timeout=-1", "postgres://db/a?options=hunter2@",
        ])
    func refuses(_ text: String) {
        let error = #expect(throws: StorageError.self) { try DatabaseLocation(parsing: text) }
        #expect(error?.code == .badLocation && error?.advice.isEmpty == false && error?.description.contains("hunter2") == false)
    }
}
