/// Where the database is: what `TROUPE_DATABASE` says.
public enum DatabaseLocation: Sendable, Hashable, CustomStringConvertible {
    /// A file, made if it is missing.
    case sqlite(path: String)
    /// In this process's memory; gone with it.
    case sqliteMemory
    /// A server.
    case postgres(PostgresAddress)

    /// Reads `sqlite:FILE`, `sqlite:///ABSOLUTE/FILE`, `sqlite::memory:` or `postgres://USER:PASSWORD@HOST:PORT/DATABASE?…`.
    public init(parsing text: String) throws(StorageError) {
        if text.hasPrefix("postgres:") || text.hasPrefix("postgresql:") {
            self = .postgres(try PostgresAddress(parsing: text))
            return
        }
        guard text.hasPrefix("sqlite:") else {
            throw StorageError(
                .badLocation, place: nil, "the database address begins neither with \"sqlite:\" nor with \"postgres:\"",
                advice: "Set TROUPE_DATABASE to sqlite:troupe.db or to postgres://USER:PASSWORD@HOST/DATABASE, or leave it out.")
        }
        var path = text.dropFirst("sqlite:".count)
        if path == ":memory:" {
            self = .sqliteMemory
            return
        }
        if path.hasPrefix("//") { path = path.dropFirst(2) }
        guard !path.isEmpty, !path.hasSuffix("/"), !path.utf8.contains(0) else {
            throw StorageError(
                .badLocation, place: nil, "the database address names no file", advice: "Write sqlite: and a file, as in sqlite:troupe.db.")
        }
        self = .sqlite(path: String(path))
    }

    /// Never shows a password.
    public var description: String {
        switch self {
        case .sqlite(let path): "sqlite:\(path)"
        case .sqliteMemory: "sqlite::memory:"
        case .postgres(let address): address.description
        }
    }

    /// For errors.
    var place: String? {
        switch self {
        case .sqlite(let path): path
        case .sqliteMemory: nil
        case .postgres(let address): address.description
        }
    }
}
