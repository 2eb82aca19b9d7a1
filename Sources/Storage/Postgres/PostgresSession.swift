/// The statements of one transaction on a connection. It begins with the first of them.
final class PostgresSession: SQLSession {
    private let connection: PostgresConnection
    /// BEGIN and what else goes before the first statement, in its flight.
    private var opening: [PostgresConnection.Command]
    private let limit: Duration?
    private let isWriting: Bool
    private var locks: Set<String> = []
    private(set) var hasBegun = false
    /// The first failure; nothing can be done after it.
    private(set) var failure: PostgresFailure?
    /// The transaction's number at the server, once it has written something. By it a lost COMMIT can be looked up.
    private(set) var number: String?

    init(_ connection: PostgresConnection, opening: [String], isWriting: Bool, limit: Duration? = nil) {
        self.connection = connection
        self.opening = opening.map { .plain($0) }
        self.isWriting = isWriting
        self.limit = limit
    }

    var isAlone: Bool { false }

    var incarnation: String { connection.incarnation }

    func execute(_ sql: String, _ arguments: [any SQLConvertible]) throws -> Int { try run(sql, arguments)?.changes ?? 0 }

    func rows(_ sql: String, _ arguments: [any SQLConvertible], limit: Int) throws -> [SQLRow] {
        try run(sql, arguments)?.rows(limit: limit) ?? []
    }

    func lock(_ name: String, waiting: Bool) throws -> NameLock {
        if locks.contains(name) { return .held }
        if waiting {
            _ = try run("SELECT pg_advisory_xact_lock(?)", [Self.lockNumber(name)])
        } else {
            let taken = try rows("SELECT pg_try_advisory_xact_lock(?) AS taken", [Self.lockNumber(name)], limit: 1).first?.values.first
            guard taken == .integer(1) else { return .busy }
        }
        locks.insert(name)
        return .taken
    }

    /// Two names with the same number only wait for one another without need.
    /// Source: Fowler, Noll and Vo, FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/
    static func lockNumber(_ name: String) -> Int64 {
        Int64(bitPattern: name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 })
    }

    private func run(_ sql: String, _ arguments: [any SQLConvertible]) throws -> PostgresResult? {
        if let failure { throw StorageError(failure, at: connection.place) }
        let values = arguments.map(\.sqlValue)
        for (index, value) in values.enumerated() { try value.refuseNUL(argument: index + 1) }
        var commands = connection.statements.commands(sql, values)
        if connection.statements.takeDeallocation() { commands.insert(.plain("DEALLOCATE ALL"), at: 0) }
        commands = opening + commands
        let wanted = commands.count - 1
        let asksNumber = isWriting && number == nil && !sql.hasPrefix("SELECT")
        if asksNumber { commands.append(.plain("SELECT CAST(pg_current_xact_id_if_assigned() AS text)")) }
        opening = []
        hasBegun = true
        do {
            let results = try connection.fly(commands, limit: limit)
            if asksNumber, case .text(let text)? = try results.last?.value(0, 0, "number") { number = text }
            return results.indices.contains(wanted) ? results[wanted] : nil
        } catch let failure as PostgresFailure {
            self.failure = failure
            throw StorageError(failure, at: connection.place)
        }
    }

    func commit() throws {
        if hasBegun { _ = try connection.fly([.plain("COMMIT")], limit: limit) }
    }

    func rollBack() {
        if hasBegun, !connection.isDead { _ = try? connection.fly([.plain("ROLLBACK")]) }
    }
}
