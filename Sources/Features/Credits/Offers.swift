import Credits
import DiscordModels
import Support

/// Where something is offered, with what it costs: behind a choice, and behind what a command does. Nothing stands there where it is free.
extension CommandChoice {
    /// The words give way where both do not fit.
    /// - Parameter facts: what stands behind the words, whole: the price, say.
    init(_ words: String, facts: String?, value: JSONValue) {
        let behind = facts.map { " · \($0)" } ?? ""
        let room = max(10, Limits.choiceName - behind.utf16.count)
        self.init(name: DisplayText.shortened(words, limit: room) + behind, value: value)
    }
}

extension CreditsText {
    /// What a command does, with what it costs, so that it is read before anything is asked.
    /// - Parameters:
    ///   - prices: of all models that one may choose; nil for those that are free.
    ///   - unit: what one price buys: "a picture".
    static func offered(_ words: String, prices: [CreditAmount?], for unit: String) -> String {
        let known = prices.map { $0 ?? .zero }
        guard let least = known.min(), let most = known.max(), most > .zero else { return words }
        let range = least == most ? "\(most)" : least == .zero ? "up to \(most)" : "\(least.value) to \(most)"
        return "\(words) · \(range) \(unit)"
    }
}
