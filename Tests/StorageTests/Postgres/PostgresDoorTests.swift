import Foundation
import PostgresTestServer
import Support
import Testing

@testable import Storage

/// What an operator reads when a server does not let Troupe in.
@Suite("At PostgreSQL's door")
struct PostgresDoorTests {
    private func refusal(_ address: String) throws -> StorageError {
        let error = #expect(throws: StorageError.self) { try Database(DatabaseLocation(parsing: address), schemas: [notes], at: hour) }
        let refusal = try #require(error)
        #expect(!refusal.advice.isEmpty && !refusal.description.contains("hunter2"))
        return refusal
    }

    @Test("a wrong password is named as that, and never printed")
    func password() throws {
        let server = try PostgresTestServer.shared()
        try? server.sql("CREATE ROLE guarded LOGIN PASSWORD 'hunter2'")
        let host = server.folder.path
        #expect(try refusal("postgres://guarded:hunter22@/postgres?host=\(host)").code == .accessDenied)
        #expect(try refusal("postgres://guarded@/postgres?host=\(host)").code == .accessDenied)
        #expect(try refusal("postgres://nobody@/postgres?host=\(host)").code == .accessDenied)
        // The right one comes in, and then may not make tables here.
        #expect(try refusal("postgres://guarded:hunter2@/postgres?host=\(host)").message.contains("permission"))
    }

    @Test("a database that is not there is named")
    func noDatabase() throws {
        let error = try refusal(try PostgresTestServer.shared().address("atlantis"))
        #expect(error.code == .noSuchDatabase && error.message.contains("atlantis"))
    }

    @Test("a server that is not there is named", arguments: ["postgres://troupe:hunter2@127.0.0.1:1/t", "postgres:///t?host=/nowhere"])
    func noServer(_ address: String) throws {
        let error = try refusal(address)
        #expect(error.code == .serverAway)
        #expect(error.place == (try DatabaseLocation(parsing: address)).description)
    }

    @Test("of several hosts, the first that can be used is used")
    func hosts() async throws {
        let ground = try TestDatabase(.postgres)
        let host = try #require(ground.server).folder.path
        let address = "postgres://troupe@/\(ground.name)?host=/nowhere,\(host)&port=1,5432&target_session_attrs=read-write"
        let database = try Database(DatabaseLocation(parsing: address), schemas: [notes], at: hour)
        #expect(try await database.check() == [])
    }

    @Test("a database that keeps its text in another encoding is refused")
    func encoding() throws {
        let server = try PostgresTestServer.shared()
        try? server.sql("CREATE DATABASE latin TEMPLATE template0 ENCODING LATIN1 LOCALE_PROVIDER libc LOCALE 'C'")
        let error = try refusal(server.address("latin"))
        #expect(error.code == .unsuitableServer && error.message.contains("LATIN1"))
    }

    @Test("a server without a connection left is named")
    func full() async throws {
        let server = try await PostgresTestServer.own(settings: ["max_connections=6", "superuser_reserved_connections=3"])
        try server.sql("CREATE ROLE ada LOGIN; ALTER DATABASE postgres OWNER TO ada")
        let address = "postgres://ada@/postgres?host=\(server.folder.path)&pool=1"
        guard case .postgres(let first) = try DatabaseLocation(parsing: address) else { return }
        var open: [PostgresConnection] = []
        #expect(throws: PostgresFailure.self) {
            for _ in 0..<6 { open.append(try PostgresConnection.open(first, .init(statement: .seconds(1), lock: .seconds(1)))) }
        }
        #expect(try refusal(address).code == .busy && (1...3).contains(open.count))
        for connection in open { connection.close() }
    }

    @Test(
        "what a server reports is told with what to do",
        arguments: [
            ("53100", StorageError.Code.diskFull), ("53300", .busy), ("57014", .tooSlow), ("25006", .readOnly), ("XX001", .corrupt),
            ("28P01", .accessDenied), ("42501", .accessDenied), ("3D000", .noSuchDatabase), ("55P03", .busy),
        ])
    func advice(_ state: String, _ code: StorageError.Code) {
        let error = StorageError(PostgresFailure(.statement, "words", state: state), at: "postgres://db/t")
        #expect(error.code == code && error.place == "postgres://db/t" && !error.advice.isEmpty)
    }
}
