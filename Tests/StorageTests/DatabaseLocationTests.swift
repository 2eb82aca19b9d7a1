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
        "anything else is refused with a hint and without repeating it",
        arguments: [
            "", "troupe.db", "sqlite:", "sqlite://", "sqlite:folder/", "postgres://troupe:hunter2@db/troupe", "sqlite:a\0b",
        ])
    func refuses(_ text: String) {
        let error = #expect(throws: StorageError.self) { try DatabaseLocation(parsing: text) }
        #expect(error?.code == .badLocation && error?.advice.isEmpty == false && error?.description.contains("hunter2") == false)
    }
}
