import CPostgres

/// The plainest use of libpq, beside the driver under test: statements as text, results as text.
final class LibpqConnection {
    private let handle: OpaquePointer?

    init(_ address: String) throws {
        handle = PQconnectdb(address)
        guard PQstatus(handle) == CONNECTION_OK else { throw TestServerError(description: String(cString: PQerrorMessage(handle))) }
    }

    deinit { PQfinish(handle) }

    func run(_ statements: String) throws -> [[String?]] {
        let result = PQexec(handle, statements)
        defer { PQclear(result) }
        guard [PGRES_COMMAND_OK, PGRES_TUPLES_OK].contains(PQresultStatus(result)) else {
            throw TestServerError(description: String(cString: PQerrorMessage(handle)))
        }
        return (0..<PQntuples(result)).map { row in
            (0..<PQnfields(result)).map { column in
                PQgetisnull(result, row, column) == 1 ? nil : String(cString: PQgetvalue(result, row, column))
            }
        }
    }
}
