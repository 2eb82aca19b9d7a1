import Support

/// What somebody wants to spend credits on.
public struct QuoteRequest: Sendable, Hashable {
    public var model: String
    /// Pictures, or thousands of tokens.
    public var units: Int
    public var user: UInt64
    public var guild: UInt64?
    /// The person's roles in the guild.
    public var roles: Set<UInt64>

    public init(model: String, units: Int, user: UInt64, guild: UInt64? = nil, roles: Set<UInt64> = []) {
        self.model = model
        self.units = units
        self.user = user
        self.guild = guild
        self.roles = roles
    }
}

/// What the ledger knows of those who would pay.
public struct QuoteFacts: Sendable, Hashable {
    public var user: CreditAmount
    /// Zero where there is no pool.
    public var pool: CreditAmount
    /// Spent or promised since the day began.
    public var userSpent: CreditAmount
    public var guildSpent: CreditAmount

    public init(user: CreditAmount, pool: CreditAmount = .zero, userSpent: CreditAmount = .zero, guildSpent: CreditAmount = .zero) {
        self.user = user
        self.pool = pool
        self.userSpent = userSpent
        self.guildSpent = guildSpent
    }
}

/// The answer to: what would it cost, and who would pay?
public enum Quote: Sendable, Hashable {
    case free
    case payable(CreditAmount, by: CreditAccount)
    case refused(QuoteRefusal)

    /// What is to be paid; nil if it is refused.
    public var price: CreditAmount? {
        switch self {
        case .free: .zero
        case .payable(let amount, _): amount
        case .refused: nil
        }
    }
}

public enum QuoteRefusal: Sendable, Hashable {
    case insufficient(price: CreditAmount, available: CreditAmount)
    /// The person has spent what one may spend a day.
    case userCap(CreditAmount, spent: CreditAmount, price: CreditAmount, until: Timestamp)
    /// The guild has.
    case guildCap(CreditAmount, spent: CreditAmount, price: CreditAmount, until: Timestamp)
}

extension CreditPolicy {
    public func quote(for request: QuoteRequest, facts: QuoteFacts, at now: Timestamp) -> Quote {
        let price = price(of: request.model, units: request.units)
        guard price > .zero else { return .free }
        let tomorrow = CreditPeriod.daily.next(after: now)
        if let cap = dailyUserCap, facts.userSpent + price > cap {
            return .refused(.userCap(cap, spent: facts.userSpent, price: price, until: tomorrow))
        }
        if let cap = request.guild.flatMap(dailyCap(ofGuild:)), facts.guildSpent + price > cap {
            return .refused(.guildCap(cap, spent: facts.guildSpent, price: price, until: tomorrow))
        }
        var payers = [(CreditAccount.user(request.user), facts.user)]
        if let guild = request.guild {
            switch poolRule {
            case .poolFirst: payers.insert((.guildPool(guild), facts.pool), at: 0)
            case .userFirst: payers.append((.guildPool(guild), facts.pool))
            case .never: break
            }
        }
        if let payer = payers.first(where: { $0.1 >= price }) { return .payable(price, by: payer.0) }
        return .refused(.insufficient(price: price, available: facts.user))
    }
}
