/// What a copy must know of a table: its name, the order of its rows, and the column that the database counts up.
struct TableLayout: Sendable, Hashable {
    let name: String
    /// The primary key; empty if there is none.
    let key: [String]
    /// The `{identity}`.
    let counter: String?

    /// The tables of migrations, those that others refer to first, as they were made.
    static func tables(of schemas: [Schema]) -> [TableLayout] {
        schemas.flatMap { $0.migrations.flatMap(\.statements) }.compactMap { TableLayout(definition: $0) }
    }

    /// Reads a CREATE TABLE as this house writes it; nil for any other statement.
    init?(definition: String) {
        guard let head = definition.prefixMatch(of: /\s*CREATE TABLE\s+(\w+)\s*\(/) else { return nil }
        name = String(head.1)
        counter = definition.firstMatch(of: /(\w+)\s+\{identity\}/).map { String($0.1) }
        if let list = definition.firstMatch(of: /\bPRIMARY KEY\s*\(([^)]*)\)/) {
            key = list.1.split(whereSeparator: { $0 == "," || $0.isWhitespace }).map(String.init)
        } else if let column = definition.firstMatch(of: /(\w+)\s+\{\w+\}[^,()]*PRIMARY KEY/) {
            key = [String(column.1)]
        } else {
            key = counter.map { [$0] } ?? []
        }
    }

    /// The rows behind `last` in the order of the key, or behind the first `done` ones where there is no key.
    func page(_ tx: Transaction, after last: SQLRow?, done: Int, limit: Int) throws -> [SQLRow] {
        guard !key.isEmpty else {
            guard let columns = try (last ?? tx.row("SELECT * FROM \(name) LIMIT 1"))?.columns else { return [] }
            return try tx.rows("SELECT * FROM \(name) ORDER BY \(columns.joined(separator: ", ")) LIMIT ? OFFSET ?", limit, done)
        }
        let order = key.joined(separator: ", ")
        guard let last else { return try tx.rows("SELECT * FROM \(name) ORDER BY \(order) LIMIT ?", limit) }
        let marks = key.map { _ in "?" }.joined(separator: ", ")
        let behind: [any SQLConvertible] = try key.map { try last.get($0, as: SQLValue.self) } + [limit]
        return try tx.session.rows(
            "SELECT * FROM \(name) WHERE (\(order)) > (\(marks)) ORDER BY \(order) LIMIT ?", behind, limit: .max)
    }

    func isEmpty(_ tx: Transaction) throws -> Bool { try tx.row("SELECT 1 AS one FROM \(name) LIMIT 1") == nil }

    /// The last number that the database has given out, deleted rows included; nil if it has given none.
    func lastNumber(_ tx: Transaction) throws -> Int64? {
        guard let counter else { return nil }
        if tx.isAlone { return try tx.value(sql: "SELECT seq FROM sqlite_sequence WHERE name = ?", name) }
        let sequence: String? = try tx.value(sql: "SELECT pg_get_serial_sequence(?, ?)", name, counter)
        guard let sequence else { return nil }
        return try tx.value(sql: "SELECT last_value FROM \(sequence) WHERE is_called")
    }

    func setLastNumber(_ number: Int64, _ tx: Transaction) throws {
        guard let counter else { return }
        if tx.isAlone {
            let known = try tx.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = ?", number, name)
            if known == 0 { try tx.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", name, number) }
        } else {
            _ = try tx.row("SELECT setval(pg_get_serial_sequence(?, ?), ?) AS number", name, counter, number)
        }
    }
}
