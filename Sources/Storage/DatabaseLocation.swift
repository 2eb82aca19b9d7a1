/// Where the database is: what `TROUPE_DATABASE` says.
public enum DatabaseLocation: Sendable, Hashable, CustomStringConvertible {
    /// A file, made if it is missing.
    case sqlite(path: String)
    /// In this process's memory; gone with it.
    case sqliteMemory

    /// Reads `sqlite:FILE`, `sqlite:///ABSOLUTE/FILE` or `sqlite::memory:`.
    public init(parsing text: String) throws(StorageError) {
        guard text.hasPrefix("sqlite:") else {
            throw StorageError(
                .badLocation, file: nil, "the database address does not begin with \"sqlite:\"",
                advice: "Set TROUPE_DATABASE to sqlite:troupe.db, or leave it out.")
        }
        var path = text.dropFirst("sqlite:".count)
        if path == ":memory:" {
            self = .sqliteMemory
            return
        }
        if path.hasPrefix("//") { path = path.dropFirst(2) }
        guard !path.isEmpty, !path.hasSuffix("/"), !path.utf8.contains(0) else {
            throw StorageError(
                .badLocation, file: nil, "the database address names no file", advice: "Write sqlite: and a file, as in sqlite:troupe.db.")
        }
        self = .sqlite(path: String(path))
    }

    public var description: String {
        switch self {
        case .sqlite(let path): "sqlite:\(path)"
        case .sqliteMemory: "sqlite::memory:"
        }
    }

    var file: String? {
        switch self {
        case .sqlite(let path): path
        case .sqliteMemory: nil
        }
    }
}
