/// The prepared statements of one connection, and how our SQL is written for PostgreSQL.
///
/// A statement is known by its text and the kinds of its values: `$1` is an `int8` where an integer is bound. At most `limit`
/// are kept; then all are forgotten, which only costs their next preparation.
struct PostgresStatements {
    static let limit = 500

    struct Key: Hashable {
        let sql: String
        let types: [UInt32]
    }

    private var names: [Key: String] = [:]
    private var confirmed: Set<String> = []
    private var count = 0

    /// The commands that run it: alone if it cannot be prepared, with its preparation if the server does not have it yet.
    mutating func commands(_ sql: String, _ values: [SQLValue]) -> [PostgresConnection.Command] {
        let key = Key(sql: sql, types: values.map(\.postgresType))
        if let name = names[key], confirmed.contains(name) { return [.execute(name: name, values)] }
        let written = PostgresPlaceholders.numbered(SQLDialect.postgres.spell(sql))
        guard Self.isWorthPreparing(sql) else { return [.once(written, values)] }
        if names.count >= Self.limit { forget() }
        count += 1
        let name = "troupe\(count)"
        names[key] = name
        return [.prepare(name: name, sql: written, types: key.types), .execute(name: name, values)]
    }

    /// The server has prepared it; that stays so even if the transaction fails.
    mutating func confirm(_ name: String) { confirmed.insert(name) }

    /// What goes before the next preparation when there are too many, or when they are no longer valid.
    private(set) var mustDeallocate = false

    mutating func forget() {
        names = [:]
        confirmed = []
        mustDeallocate = true
    }

    mutating func takeDeallocation() -> Bool {
        defer { mustDeallocate = false }
        return mustDeallocate
    }

    private static func isWorthPreparing(_ sql: String) -> Bool {
        ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].contains { sql.hasPrefix($0) }
    }
}

/// `?` becomes `$1`, `$2`, …, except within texts, quoted names and comments.
enum PostgresPlaceholders {
    static func numbered(_ sql: String) -> String {
        var output: [UInt8] = []
        var input = Array(sql.utf8)[...]
        var number = 0
        /// Copies up to the first byte after `end`, or all.
        func copy(upTo end: [UInt8]) {
            while !input.isEmpty {
                if input.starts(with: end) {
                    output += end
                    input = input.dropFirst(end.count)
                    return
                }
                output.append(input.removeFirst())
            }
        }
        while let byte = input.popFirst() {
            if byte == UInt8(ascii: "?") {
                number += 1
                output += Array("$\(number)".utf8)
                continue
            }
            output.append(byte)
            switch (byte, input.first) {
            // A doubled quote ends one text and begins the next: the same to us.
            case (UInt8(ascii: "'"), _), (UInt8(ascii: "\""), _): copy(upTo: [byte])
            case (UInt8(ascii: "-"), UInt8(ascii: "-")): copy(upTo: [UInt8(ascii: "\n")])
            case (UInt8(ascii: "/"), UInt8(ascii: "*")): copy(upTo: Array("*/".utf8))
            default: break
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
