import Credits
import DiscordModels
import Support

/// One sub-command of `/settings credits`, checked. Pure.
enum CreditSettingsChange: Sendable, Hashable {
    case show
    /// Nil: as configured.
    case price(model: String, CreditAmount?, unit: String = "a picture")
    /// Nil: as configured; zero: without bound.
    case limits(person: CreditAmount?, server: CreditAmount?, guild: UInt64)
    case pool(CreditPolicy.PoolRule?, added: CreditAmount?, guild: UInt64)
    /// Zero credits take it away.
    case allowance(name: String, CreditRuleChanges.Allowance)

    static let largest: Int64 = 1_000_000_000

    struct Refusal: Error, Hashable, UserFacingError {
        let userMessage: String
    }

    /// - Parameters:
    ///   - name: of the sub-command.
    ///   - guild: where it was said.
    init(_ name: String, _ options: [InteractionOption], guild: UInt64?) throws(Refusal) {
        func value(_ name: String) -> JSONValue? { options.first { $0.name == name }?.value }
        func amount(_ name: String, from least: Int64 = 0) throws(Refusal) -> CreditAmount? {
            guard let value = value(name) else { return nil }
            guard let number = value.integer, (least...Self.largest).contains(number) else {
                throw Refusal(userMessage: "\(name) must be a whole number from \(least) to \(Self.largest).")
            }
            return CreditAmount(number)
        }
        func here() throws(Refusal) -> UInt64 {
            guard let guild else { throw Refusal(userMessage: "This belongs to a server; use it there.") }
            return guild
        }
        switch name {
        case "show": self = .show
        case "price":
            let model = value("model")?.string ?? ""
            guard (1...100).contains(model.count) else { throw Refusal(userMessage: "Say which model.") }
            self = .price(model: model, try amount("credits"))
        case "limits": self = .limits(person: try amount("person"), server: try amount("server"), guild: try here())
        case "pool":
            let rule = value("payer")?.string.flatMap(CreditPolicy.PoolRule.init)
            let added = try amount("add", from: 1)
            guard rule != nil || added != nil else { throw Refusal(userMessage: "Say who pays, or what to add to the pool.") }
            self = .pool(rule, added: added, guild: try here())
        case "allowance":
            let name = value("name")?.string ?? ""
            guard (1...40).contains(name.utf8.count), name.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw Refusal(userMessage: "An allowance's name has 1 to 40 letters, digits and signs, without spaces.")
            }
            guard let credits = try amount("credits") else { throw Refusal(userMessage: "Say how many credits.") }
            self = .allowance(
                name: name,
                .init(
                    role: value("role")?.string.flatMap(UInt64.init),
                    period: value("every")?.string.flatMap(CreditPeriod.init) ?? .daily, amount: credits))
        default: throw Refusal(userMessage: RoutingText.unknownCommand)
        }
    }

    /// - Returns: what was done; nil where nothing was.
    func apply(to changes: inout CreditRuleChanges) -> String? {
        switch self {
        case .show: return nil
        case .price(let model, let price, _):
            guard changes.prices[model] != nil || changes.prices.count < CreditRuleChanges.maximumEntries else { return nil }
            changes.prices[model] = price
        case .limits(let person, let server, let guild):
            changes.dailyUserCap = person
            changes.guildCaps[String(guild)] = server
        case .pool(let rule, _, _):
            guard let rule else { return nil }
            changes.poolRule = rule
        case .allowance(let name, let allowance):
            guard changes.allowances[name] != nil || changes.allowances.count < CreditRuleChanges.maximumEntries else { return nil }
            changes.allowances[name] = allowance
        }
        return summary
    }

    /// What it does, in a few words.
    var summary: String? {
        switch self {
        case .show: return nil
        case .price(let model, let price, let unit):
            let model = DisplayText.escaped(DisplayText.oneLine(model), limit: 60)
            return "\(model): \(price.map { $0 == .zero ? "free" : "\($0) \(unit)" } ?? "its configured price")"
        case .limits(let person, let server, _):
            func words(_ cap: CreditAmount?) -> String { cap.map { $0 == .zero ? "without bound" : "\($0) a day" } ?? "as configured" }
            return "each person: \(words(person)); this server: \(words(server))"
        case .pool(let rule, let added, _):
            return [rule.map { "pays: \(CreditsText.payer($0))" }, added.map { "\($0) more for this server's pool" }].compactMap(\.self)
                .joined(separator: "; ")
        case .allowance(let name, let allowance):
            if allowance.amount == .zero { return "no allowance \(name)" }
            return
                "allowance \(CreditsText.allowance(.init(name: name, role: allowance.role, period: allowance.period, amount: allowance.amount)))"
        }
    }
}
