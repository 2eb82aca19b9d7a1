import ArgumentParser
import Storage

/// `troupe migrate`: moves everything from one database to another, from the file to a server or back.
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Copy the whole database to another, empty one, and compare every row.",
        discussion: """
            Stop Troupe first: what is written meanwhile stays behind. The database that is copied is left as it is; when this \
            command has succeeded, set TROUPE_DATABASE to the new address and start Troupe again.
            """)

    @Option(help: ArgumentHelp("Where everything is, as sqlite:troupe.db.", valueName: "address"))
    var from: String

    @Option(help: ArgumentHelp("Where everything goes, as postgres://USER:PASSWORD@HOST/DATABASE.", valueName: "address"))
    var to: String

    func run() async throws {
        let (source, destination) = (try DatabaseLocation(parsing: from), try DatabaseLocation(parsing: to))
        let tables = try await DatabaseMove.copy(source, to: destination)
        for table in tables { Terminal.say("\(table.name): \(table.rows) rows, SHA-256 \(table.digest.prefix(16))") }
        let rows = tables.map(\.rows).reduce(0, +)
        Terminal.say("All \(rows) rows of \(tables.count) tables are in \(destination), each compared. Set TROUPE_DATABASE to its address.")
    }
}
