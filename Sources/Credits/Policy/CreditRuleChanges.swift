/// What the owner changed of the rules in Discord, over those of the configuration. What is not there is as configured.
public struct CreditRuleChanges: Sendable, Hashable, Codable {
    public struct Allowance: Sendable, Hashable, Codable {
        /// Only for members with this role; nil is for everybody.
        public var role: UInt64?
        public var period: CreditPeriod
        public var amount: CreditAmount

        public init(role: UInt64?, period: CreditPeriod, amount: CreditAmount) {
            self.role = role
            self.period = period
            self.amount = amount
        }
    }

    public static let maximumEntries = 100

    /// By the model's name.
    public var prices: [String: CreditAmount] = [:]
    public var poolRule: CreditPolicy.PoolRule?
    /// Zero takes a configured one away.
    public var dailyUserCap: CreditAmount?
    /// By the guild's id. Zero takes a configured one away.
    public var guildCaps: [String: CreditAmount] = [:]
    /// By name; zero credits take a configured one away.
    public var allowances: [String: Allowance] = [:]

    public init() {}

    /// The rules as they then are.
    public func applied(to policy: CreditPolicy) -> CreditPolicy {
        var policy = policy
        policy.prices.merge(prices) { $1 }
        if let poolRule { policy.poolRule = poolRule }
        if let dailyUserCap { policy.dailyUserCap = dailyUserCap > .zero ? dailyUserCap : nil }
        for (guild, cap) in guildCaps { if let guild = UInt64(guild) { policy.guildCaps[guild] = cap } }
        policy.allowances.removeAll { allowances[$0.name] != nil }
        for (name, allowance) in allowances.sorted(by: { $0.key < $1.key }) where allowance.amount > .zero {
            policy.allowances.append(.init(name: name, role: allowance.role, period: allowance.period, amount: allowance.amount))
        }
        return policy
    }
}
