/// One row of a result.
public struct SQLRow: Sendable, Hashable {
    let columns: [String]
    let values: [SQLValue]

    /// The value of a column.
    ///
    ///     let id: Int64 = try row.get("id")
    ///     let user: String? = try row.get("user_key")
    public func get<Value: SQLConvertible>(_ column: String, as type: Value.Type = Value.self) throws(StorageError) -> Value {
        guard let index = columns.firstIndex(of: column) else {
            throw StorageError(.unexpectedValue, place: nil, "the result has no column \(column)")
        }
        guard let value = Value(sqlValue: values[index]) else {
            throw StorageError(.unexpectedValue, place: nil, "column \(column) holds \(values[index].kind), which is no \(Value.self)")
        }
        return value
    }
}
