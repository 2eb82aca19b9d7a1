import CPostgres

/// A result in binary form, freed when forgotten.
final class PostgresResult {
    private let handle: OpaquePointer

    init(_ handle: OpaquePointer) { self.handle = handle }

    deinit { PQclear(handle) }

    enum Outcome {
        case done
        /// Not run, since one before it in the flight failed.
        case passedOver
        case failed(PostgresFailure)
    }

    var outcome: Outcome {
        switch PQresultStatus(handle) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK: .done
        case PGRES_PIPELINE_ABORTED: .passedOver
        default: .failed(PostgresFailure(result: handle))
        }
    }

    var count: Int { Int(PQntuples(handle)) }

    /// Rows inserted, changed or removed.
    var changes: Int { PQcmdTuples(handle).flatMap { Int(String(cString: $0)) } ?? 0 }

    var columns: [String] { (0..<PQnfields(handle)).map { String(cString: PQfname(handle, $0)) } }

    func rows(limit: Int) throws -> [SQLRow] {
        let columns = columns
        return try (0..<min(count, limit)).map { row in
            SQLRow(columns: columns, values: try columns.indices.map { try value(row, $0, columns[$0]) })
        }
    }

    func value(_ row: Int, _ column: Int, _ name: String) throws -> SQLValue {
        let (row, column) = (Int32(row), Int32(column))
        if PQgetisnull(handle, row, column) == 1 { return .null }
        let bytes = UnsafeRawBufferPointer(start: PQgetvalue(handle, row, column), count: Int(PQgetlength(handle, row, column)))
        guard let value = SQLValue(postgresType: PQftype(handle, column), bytes) else {
            throw StorageError(
                .unexpectedValue, place: nil, "column \(name) is of a type that is not read here (\(PQftype(handle, column)))",
                advice: "Write CAST(… AS {text}), or another of the four types.")
        }
        return value
    }
}
