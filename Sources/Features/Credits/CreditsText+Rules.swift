import Credits
import Support

/// The rules in sentences, for the owner.
extension CreditsText {
    /// - Parameters:
    ///   - models: names, in the operator's order.
    ///   - guild: where it is asked.
    ///   - done: what was changed just now.
    static func rules(
        _ policy: CreditPolicy, models: [String], guild: UInt64?, history: [CreditRuleBook.Change], done: String?
    ) -> String {
        var lines = done.map { ["Done: \($0).", ""] } ?? []
        lines.append(prices(policy, models: models))
        lines.append("Pays: \(payer(policy.poolRule)).")
        lines.append("One person may spend \(bound(policy.dailyUserCap)).")
        if let guild { lines.append("Everybody on this server together may spend \(bound(policy.dailyCap(ofGuild: guild))).") }
        lines += policy.allowances.isEmpty ? ["There are no allowances."] : policy.allowances.map { "Allowance \(allowance($0))." }
        if !history.isEmpty { lines.append("") }
        lines += history.map {
            "-# \($0.user == CreditRuleBook.console ? "the console" : "<@\($0.user)>") \(moment($0.changedAt)): \($0.summary)"
        }
        return lines.filter { !$0.isEmpty || lines.count > 1 }.joined(separator: "\n")
    }

    static func noSuchModel(_ name: String, models: [String]) -> String {
        let names = models.prefix(20).map { "`\($0.replacing("`", with: "'"))`" }.joined(separator: ", ")
        return "There is no model called \(DisplayText.escaped(DisplayText.oneLine(name), limit: 60)). There is: \(names)."
    }

    static func payer(_ rule: CreditPolicy.PoolRule) -> String {
        switch rule {
        case .poolFirst: "the server's pool, then the person"
        case .userFirst: "the person, then the server's pool"
        case .never: "only the person"
        }
    }

    static func allowance(_ allowance: CreditPolicy.Allowance) -> String {
        "\(DisplayText.escaped(allowance.name, limit: 40)): \(allowance.amount) each \(allowance.period == .daily ? "day" : "month") for "
            + (allowance.role.map { "<@&\($0)>" } ?? "everybody")
    }

    private static func bound(_ cap: CreditAmount?) -> String { cap.map { "\($0) a day" } ?? "without bound" }
}
