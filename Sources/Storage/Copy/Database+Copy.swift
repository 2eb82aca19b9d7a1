import Dispatch
import Support
import Synchronization

/// One table that was moved, as it was found and as it was read again where it is now.
public struct CopiedTable: Sendable, Hashable {
    public let name: String
    public let rows: Int
    /// SHA-256 over all its rows, in hexadecimal.
    public let digest: String
}

extension Database {
    /// Rows held in memory at a time; one may be a picture.
    private static let page = 40

    /// Copies everything to another database of whatever kind, in one transaction there, and reads it again to compare each row:
    /// what this returns is there, and what throws has left the other one empty.
    ///
    /// It sees one moment of this database; who writes meanwhile writes what is not copied.
    /// - Parameters:
    ///   - destination: opened with the same schemas, and empty.
    ///   - progress: told the table that is begun.
    public func copy(
        to destination: Database, schemas: [Schema], progress: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> [CopiedTable] {
        let tables = TableLayout.tables(of: schemas)
        let (place, newPlace) = (location.place, destination.location.place)
        return try await destination.write(isolation: .locking) { [self] output in
            for table in tables where try !table.isEmpty(output) {
                throw StorageError(
                    .notEmpty, place: newPlace, "there are rows already (table \(table.name))",
                    advice: "Choose an empty database to move to: nothing is mixed.")
            }
            // Each transaction stays on its own thread; rows are handed from one to the other.
            let rows = Handoff<Piece>()
            defer { rows.stop() }
            Task {
                do {
                    try await read { input in
                        try Self.refuse(strangersIn: input, besides: tables, at: place)
                        for table in tables { try Self.send(table, from: input, to: rows) }
                    }
                } catch { try? rows.put(.failure(error)) }
            }
            return try tables.map { table in
                progress(table.name)
                return try Self.receive(table, from: rows, to: output, at: newPlace)
            }
        }
    }

    private enum Piece: Sendable {
        case rows([SQLRow])
        case end(lastNumber: Int64?)
        case failure(any Error)
    }

    private static func send(_ table: TableLayout, from input: Transaction, to rows: Handoff<Piece>) throws {
        try forEachPage(table, input) { try rows.put(.rows($0)) }
        try rows.put(.end(lastNumber: try table.lastNumber(input)))
    }

    private static func receive(
        _ table: TableLayout, from pieces: Handoff<Piece>, to output: Transaction, at place: String?
    ) throws -> CopiedTable {
        var sent = RowDigest()
        var lastNumber: Int64?
        receiving: while true {
            switch pieces.take() {
            case .failure(let error): throw error
            case .end(let number):
                lastNumber = number
                break receiving
            case .rows(let rows):
                for row in rows {
                    sent.add(row)
                    let marks = row.columns.map { _ in "?" }.joined(separator: ", ")
                    let columns = row.columns.joined(separator: ", ")
                    _ = try output.session.execute("INSERT INTO \(table.name) (\(columns)) VALUES (\(marks))", row.values)
                }
            }
        }
        if let lastNumber { try table.setLastNumber(lastNumber, output) }

        var arrived = RowDigest()
        try forEachPage(table, output) { for row in $0 { arrived.add(row) } }
        let result = CopiedTable(name: table.name, rows: sent.count, digest: sent.text())
        guard arrived.count == result.rows, arrived.text() == result.digest, try table.lastNumber(output) == lastNumber else {
            throw StorageError(
                .copyDiffers, place: place, "of table \(table.name), what arrived is not what was sent; nothing was written",
                advice: "Keep using the database you have, and report this.")
        }
        return result
    }

    private static func forEachPage(_ table: TableLayout, _ tx: Transaction, _ body: ([SQLRow]) throws -> Void) throws {
        var last: SQLRow?
        var done = 0
        while true {
            let rows = try table.page(tx, after: last, done: done, limit: page)
            try body(rows)
            guard rows.count == page else { return }
            last = rows.last
            done += rows.count
        }
    }

    /// A table that this program does not know would be left behind without a word.
    private static func refuse(strangersIn tx: Transaction, besides tables: [TableLayout], at place: String?) throws {
        let question =
            tx.isAlone
            ? "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
            : "SELECT CAST(tablename AS text) AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1"
        let known = Set(tables.map(\.name) + ["schema_migrations"])
        if let stranger = try tx.rows(question).map({ try $0.get("name", as: String.self) }).first(where: { !known.contains($0) }) {
            throw StorageError(
                .differentHistory, place: place, "there is a table \(stranger) that this program does not know",
                advice: "Use the version of Troupe that made it, or remove it if it is not Troupe's.")
        }
    }
}

/// Things handed from one thread to another, one at a time, each waiting for the other.
private final class Handoff<Item: Sendable>: Sendable {
    private let state = Mutex<(item: Item?, isStopped: Bool)>((nil, false))
    private let free = DispatchSemaphore(value: 0)
    private let full = DispatchSemaphore(value: 0)

    init() { free.signal() }

    /// Throws if nobody takes any more.
    func put(_ item: Item) throws {
        free.wait()
        let isStopped = state.withLock { state in
            if !state.isStopped { state.item = item }
            return state.isStopped
        }
        if isStopped {
            free.signal()
            throw CancellationError()
        }
        full.signal()
    }

    func take() -> Item {
        full.wait()
        defer { free.signal() }
        return state.withLock { state in
            defer { state.item = nil }
            guard let item = state.item else { preconditionFailure("full without an item") }
            return item
        }
    }

    func stop() {
        state.withLock { $0.isStopped = true }
        free.signal()
    }
}
