import ArgumentParser
import Foundation
import Storage
import Support

/// `troupe backup`: the whole database into one file, while Troupe runs.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copy the whole database into a file, while Troupe runs, and compare every row.",
        discussion: """
            The file holds one moment of the database, of a file as of a PostgreSQL server, and can be restored into either. It is a \
            database of its own: TROUPE_DATABASE may name it as it is. What waits in Redis is not in it: Redis keeps its own log.
            """)

    @Argument(help: "A new file.")
    var file: String

    @OptionGroup var shared: SharedOptions

    func run() async throws {
        guard !FileManager.default.fileExists(atPath: file) else { throw CommandFailure("\(file) exists already; name a new file") }
        // Takes its name when it is whole.
        let unfinished = file + ".unfinished"
        func remove() { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: unfinished + end) } }
        remove()
        do {
            let source = try DatabaseLocation(parsing: try shared.settings().database)
            let tables = try await DatabaseMove.copy(source, to: .sqlite(path: unfinished))
            try FileManager.default.moveItem(atPath: unfinished, toPath: file)
            Terminal.say("All \(tables.map(\.rows).reduce(0, +)) rows of \(tables.count) tables are in \(file), each compared.")
        } catch {
            remove()
            throw error
        }
    }
}

/// `troupe restore`: a backup into an empty database.
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Copy a backup into the database, which must be empty, and compare every row.",
        discussion: """
            Run it before Troupe is started. What was asked and not yet answered when the backup was made is answered then; what has been \
            asked since is not known any more.
            """)

    @Argument(help: "What `troupe backup` made.")
    var file: String

    @OptionGroup var shared: SharedOptions

    func run() async throws {
        let destination = try DatabaseLocation(parsing: try shared.settings().database)
        let tables = try await DatabaseMove.copy(.sqlite(path: file), to: destination)
        Terminal.say("All \(tables.map(\.rows).reduce(0, +)) rows of \(tables.count) tables are in \(destination), each compared.")
    }
}

/// Everything from one database into another, empty one.
enum DatabaseMove {
    static func copy(_ source: DatabaseLocation, to destination: DatabaseLocation) async throws -> [CopiedTable] {
        guard source != destination else { throw CommandFailure("both are the same database") }
        if case .sqlite(let path) = source, !FileManager.default.fileExists(atPath: path) {
            throw CommandFailure("there is no database to copy: \(path) does not exist")
        }
        let now = SystemClock().now()
        let old = try Database(source, schemas: Foundations.schemas, at: now)
        let new = try Database(destination, schemas: Foundations.schemas, at: now)
        let tables = try await old.copy(to: new, schemas: Foundations.schemas) { Terminal.progress("copying \($0)", fraction: 0) }
        Terminal.endProgress()
        try old.close()
        try new.close()
        return tables
    }
}
