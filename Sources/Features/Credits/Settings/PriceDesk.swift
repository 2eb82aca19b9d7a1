public import Credits
import DiscordModels
public import Support

/// What models cost, for who runs Troupe: the same checks and records as `/settings credits price`, without Discord.
public struct PriceDesk: Sendable {
    private let book: CreditRuleBook
    /// As troupe.yaml says.
    private let configured: CreditPolicy
    private let clock: any WallClock

    public init(book: CreditRuleBook, configured: CreditPolicy, clock: any WallClock) {
        (self.book, self.configured, self.clock) = (book, configured, clock)
    }

    /// Credits that one unit of each model costs. Talking is free unless a price is set for it.
    public func prices(of models: [(name: String, isTalking: Bool)]) async throws -> [String: CreditAmount] {
        let policy = try await book.changes().applied(to: configured)
        return Dictionary(
            models.map { ($0.name, $0.isTalking ? policy.prices[$0.name] ?? .zero : policy.price(of: $0.name, units: 1)) }
        ) { first, _ in first }
    }

    /// - Parameter credits: as it was written; empty: as configured.
    /// - Throws: an error with a sentence for people where it cannot be.
    /// - Returns: what was done, in a few words.
    public func change(_ model: String, isTalking: Bool, to credits: String) async throws -> String {
        var options = [InteractionOption(name: "model", kind: .string, value: .string(model))]
        if !credits.isEmpty {
            options.append(
                InteractionOption(name: "credits", kind: .integer, value: Int64(credits).map { .integer($0) } ?? .string(credits)))
        }
        var change = try CreditSettingsChange("price", options, guild: nil)
        if case .price(let model, let price, _) = change, isTalking { change = .price(model: model, price, unit: "a thousand tokens") }
        try await book.change(by: CreditRuleBook.console, at: clock.now()) { [change] in change.apply(to: &$0) }
        return change.summary ?? ""
    }
}
