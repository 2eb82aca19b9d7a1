import Storage

/// Where credits are. A person's account and a guild's pool can never hold less than nothing; a house account is the other
/// side of what comes in and goes out, so it counts below zero as freely as above.
public enum CreditAccount: Sendable, Hashable, CustomStringConvertible {
    /// A Discord user, by snowflake.
    case user(UInt64)
    /// What everybody in a guild may spend together, by the guild's snowflake.
    case guildPool(UInt64)
    case house(House)

    public enum House: String, Sendable, Hashable, CaseIterable {
        /// Credits given away: grants, vouchers, imports.
        case issued
        /// Credits sold.
        case sales
        /// What was earned by work done.
        case revenue
    }

    /// As stored and as scripts write it: `user:123`, `pool:456`, `house:issued`.
    public var key: String {
        switch self {
        case .user(let id): "user:\(id)"
        case .guildPool(let id): "pool:\(id)"
        case .house(let house): "house:\(house.rawValue)"
        }
    }

    /// Reads ``key``; nil for anything else.
    public init?(key: some StringProtocol) {
        let parts = key.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        switch parts[0] {
        case "user":
            guard let id = UInt64(parts[1]), parts[1] == String(id) else { return nil }
            self = .user(id)
        case "pool":
            guard let id = UInt64(parts[1]), parts[1] == String(id) else { return nil }
            self = .guildPool(id)
        case "house":
            guard let house = House(rawValue: String(parts[1])) else { return nil }
            self = .house(house)
        default: return nil
        }
    }

    public var description: String { key }

    /// Whether its balance may fall below zero, and is therefore not kept but counted.
    public var isHouse: Bool { if case .house = self { true } else { false } }
}

extension CreditAccount: SQLConvertible {
    public var sqlValue: SQLValue { .text(key) }
    public init?(sqlValue: SQLValue) {
        guard case .text(let key) = sqlValue else { return nil }
        self.init(key: key)
    }
}

extension CreditAmount: SQLConvertible {
    public var sqlValue: SQLValue { .integer(value) }
    public init?(sqlValue: SQLValue) {
        guard case .integer(let value) = sqlValue else { return nil }
        self.init(value)
    }
}
