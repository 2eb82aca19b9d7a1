import Support

/// What things cost, who pays, how much is too much, and what people get for nothing: the owner's rules as a plain value,
/// evaluated in one place, ``quote(for:facts:at:)``.
public struct CreditPolicy: Sendable, Hashable {
    /// Whose credits are spent for a request in a guild that has a pool.
    public enum PoolRule: String, Sendable, Hashable, CaseIterable, Codable {
        /// The pool's, as long as it can pay the whole price; then the person's own.
        case poolFirst = "pool-first"
        case userFirst = "user-first"
        case never
    }

    /// Credits that come by themselves.
    public struct Allowance: Sendable, Hashable {
        /// Names it among others: part of the key under which it comes once a period.
        public var name: String
        /// Only for members with this role; nil is for everybody.
        public var role: UInt64?
        public var period: CreditPeriod
        public var amount: CreditAmount

        public init(name: String, role: UInt64? = nil, period: CreditPeriod, amount: CreditAmount) {
            self.name = name
            self.role = role
            self.period = period
            self.amount = amount
        }
    }

    /// Price of one unit (a picture, 1,000 tokens) by the model's name. Zero is free.
    public var prices: [String: CreditAmount]
    /// For models without a price of their own.
    public var defaultPrice: CreditAmount
    public var poolRule: PoolRule
    /// What one person may spend a day (UTC), out of whatever account.
    public var dailyUserCap: CreditAmount?
    /// What everybody in one guild may spend a day (UTC) together.
    public var dailyGuildCap: CreditAmount?
    /// For single guilds another one; zero is none.
    public var guildCaps: [UInt64: CreditAmount] = [:]
    public var allowances: [Allowance]
    /// What an article of Discord's shop, or of the purchase page, is worth, by its SKU.
    public var articles: [String: CreditAmount]

    public init(
        prices: [String: CreditAmount] = [:], defaultPrice: CreditAmount = CreditAmount(1), poolRule: PoolRule = .poolFirst,
        dailyUserCap: CreditAmount? = nil, dailyGuildCap: CreditAmount? = nil, allowances: [Allowance] = [],
        articles: [String: CreditAmount] = [:]
    ) {
        self.prices = prices
        self.defaultPrice = defaultPrice
        self.poolRule = poolRule
        self.dailyUserCap = dailyUserCap
        self.dailyGuildCap = dailyGuildCap
        self.allowances = allowances
        self.articles = articles
    }

    /// What so many units of a model cost.
    public func price(of model: String, units: Int) -> CreditAmount {
        let (value, overflow) = (prices[model] ?? defaultPrice).value.multipliedReportingOverflow(by: Int64(max(0, units)))
        return overflow ? .largest : min(CreditAmount(max(0, value)), .largest)
    }

    /// What everybody in that guild may spend a day together; nil without bound.
    public func dailyCap(ofGuild guild: UInt64) -> CreditAmount? {
        guildCaps[guild].map { $0 > .zero ? $0 : nil } ?? dailyGuildCap
    }

    /// The allowances that are somebody's in the period that `now` lies in, each with the id under which it comes once.
    public func allowances(user: UInt64, roles: Set<UInt64>, at now: Timestamp) -> [(id: TransferID, allowance: Allowance)] {
        allowances.compactMap { allowance in
            guard allowance.role.map(roles.contains) ?? true, allowance.amount > .zero else { return nil }
            let text = "allowance:\(allowance.period.key(at: now)):\(user):\(allowance.name)"
            return (try? TransferID(text)).map { ($0, allowance) }
        }
    }
}
