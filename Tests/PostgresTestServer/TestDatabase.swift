import Foundation
import Storage
import Support
import Synchronization

/// The kinds of database that every story of storage is told to.
public enum TestEngine: String, CaseIterable, Sendable, CustomStringConvertible {
    case sqlite, postgres

    public var description: String { rawValue }
}

/// A fresh database for one test, gone when it and all that were opened on it are forgotten.
///
///     @Test("a person can be remembered", arguments: TestEngine.allCases)
///     func remembers(_ engine: TestEngine) async throws {
///         let database = try TestDatabase(engine).open([PeopleStore.schema])
public final class TestDatabase: Sendable {
    public let engine: TestEngine
    /// What `TROUPE_DATABASE` would say.
    public let address: String
    /// With PostgreSQL.
    public let server: PostgresTestServer?
    /// The database's name on the server.
    public let name: String
    private let folder: URL?

    /// - Parameters:
    ///   - server: one of the test's own; else all tests share one.
    ///   - parameters: put behind PostgreSQL's address, as `pool=2`.
    public init(_ engine: TestEngine, on server: PostgresTestServer? = nil, parameters: [String] = []) throws {
        self.engine = engine
        switch engine {
        case .sqlite:
            let folder = FileManager.default.temporaryDirectory.appending(path: "troupe-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            name = folder.appending(path: "troupe.db").path
            (self.server, self.folder) = (nil, folder)
            address = "sqlite:" + name
        case .postgres:
            let server = try server ?? .shared()
            (self.server, folder) = (server, nil)
            name = try server.makeDatabase()
            address = ([server.address(name)] + parameters).joined(separator: "&")
        }
    }

    deinit {
        if let folder { try? FileManager.default.removeItem(at: folder) }
        _ = try? server?.sql("DROP DATABASE \(name) WITH (FORCE)")
    }

    public var location: DatabaseLocation { get throws { try DatabaseLocation(parsing: address) } }

    /// Opens it, as another process would the second time.
    public func open(
        _ schemas: [Schema], options: Database.Options = .init(), at now: Timestamp = Timestamp(millisecondsSinceEpoch: 1_750_000_000_000)
    ) throws -> Database {
        let database = try Database(location, schemas: schemas, options: options, at: now)
        let ended = Self.kept.withLock { kept in
            defer { kept = kept.filter { $0.database != nil } + [Kept(database: database, ground: self)] }
            return kept.filter { $0.database == nil }
        }
        // Outside the lock, the last of these are forgotten here.
        _ = consume ended
        return database
    }

    private struct Kept: Sendable {
        weak let database: Database?
        let ground: TestDatabase
    }

    private static let kept = Mutex<[Kept]>([])

    /// Ends all connections to it, as an administrator could. On SQLite there is nobody who could.
    public func terminateConnections() throws { try server?.terminateConnections(to: name) }
}
