import Credits
import Support

/// Every sentence about credits that a person reads. Pure, so that tests pin them.
enum CreditsText {
    // MARK: Prices

    /// Puts the price behind the first line of a waiting request.
    static func priced(_ line: String, _ price: CreditAmount?) -> String {
        guard let price else { return line }
        let end = line.firstIndex(of: "\n") ?? line.endIndex
        return line[..<end] + " · \(price)" + line[end...]
    }

    /// What a request came to, under its answer.
    static func receipt(_ hold: CreditHold, taken: CreditAmount) -> String {
        let whose = if case .guildPool = hold.account { " from this server's pool" } else { "" }
        if taken == .zero { return "-# Nothing was charged: \(hold.amount) went back\(whose.isEmpty ? "" : " to this server's pool")." }
        if taken < hold.amount { return "-# \(taken)\(whose); \(hold.amount - taken) went back" }
        return "-# \(taken)\(whose)"
    }

    static func refusal(_ refusal: QuoteRefusal) -> String {
        switch refusal {
        case .insufficient(let price, let available):
            let missing = price - available
            return "This costs \(price), and you have \(available == .zero ? "none" : "\(available)"): \(missing) missing. \(howToGet)"
        case .userCap(let cap, let spent, let price, let until):
            return """
                This costs \(price), but you may spend \(cap) a day and have spent \(spent.value) today. The next day begins \
                \(moment(until)).
                """
        case .guildCap(let cap, let spent, let price, let until):
            return """
                This costs \(price), but everybody here together may spend \(cap) a day, and \(spent.value) are spent. The next day \
                begins \(moment(until)).
                """
        }
    }

    /// What was put aside is free again, and nothing was done for it.
    static let lapsed = "This could not be begun in time, and nothing was taken for it. Ask again."

    static let howToGet = "See `/credits`; redeem a voucher with `/redeem`, or ask the owner of this bot."

    // MARK: /credits

    /// - Parameter pool: of the guild, if it has one.
    static func overview(
        _ balance: CreditBalance, pool: CreditAmount?, holds: Int, movements: [CreditMovement], prices: String, came: CreditAmount
    ) -> String {
        var lines = [balance.available == .zero ? "You have no credits." : "You have **\(balance.available)**."]
        if came > .zero { lines[0] += " \(came) came just now." }
        if balance.held > .zero {
            lines.append("\(balance.held) more are held for \(holds == 1 ? "a request" : "\(holds) requests") under way.")
        }
        if balance.debt > .zero {
            lines.append("\(balance.debt) are owed for a purchase that was refunded; what comes in pays that first.")
        }
        if let pool, pool > .zero { lines.append("This server's pool has \(pool) that everybody here may spend.") }
        lines.append(prices)
        if !movements.isEmpty { lines.append("") }
        lines += movements.map(line)
        return lines.joined(separator: "\n")
    }

    static func line(_ movement: CreditMovement) -> String {
        let amount = movement.change.value > 0 ? "+\(movement.change.value)" : "−\(-movement.change.value)"
        let note = movement.transfer.reason.note
        let words = word(movement) + (note.isEmpty ? "" : ": \(DisplayText.escaped(DisplayText.oneLine(note), limit: 60))")
        return "`\(amount)` \(words) \(moment(movement.transfer.createdAt))"
    }

    private static func word(_ movement: CreditMovement) -> String {
        switch movement.transfer.reason.code {
        case .work: "spent"
        case .grant: "given to you"
        case .allowance: "allowance"
        case .gift:
            if case .user(let id) = movement.counterpart { "gift \(movement.change.value > 0 ? "from" : "to") <@\(id)>" } else { "gift" }
        case .voucher: "voucher"
        case .purchase: "bought"
        case .refund: movement.change.value > 0 ? "given back" : "taken back"
        case .debt: "paid what was owed"
        case .imported: "from the service before"
        }
    }

    /// What things cost.
    /// - Parameter models: names, in the operator's order.
    static func prices(_ policy: CreditPolicy, models: [String]) -> String {
        let listed = models.prefix(10).map { name in
            let price = policy.price(of: name, units: 1)
            return "`\(name.replacing("`", with: "'"))` \(price == .zero ? "free" : "\(price)")"
        }
        return listed.isEmpty ? "" : "A picture: " + listed.joined(separator: ", ") + "."
    }

    // MARK: /redeem

    static func redeemed(_ result: RedeemResult, available: CreditAmount) -> String {
        switch result {
        case .redeemed(let voucher):
            "**\(voucher.credits)** came to your account\(voucher.note.isEmpty ? "" : " (\(DisplayText.escaped(voucher.note, limit: 100)))"). "
                + "You have \(available)."
        case .redeemedBefore(let voucher): "You have redeemed this voucher of \(voucher.credits) already. You have \(available)."
        case .redeemedByAnother: "Somebody else has redeemed this voucher. Each is good once."
        case .revoked: "This voucher was revoked by its maker."
        case .expired: "This voucher is too old: it has expired."
        case .unknown: "There is no such voucher. Please compare the code with the original."
        case .tooManyAttempts(let until): "Too many wrong codes. Try again \(moment(until))."
        }
    }

    // MARK: /gift

    static func given(_ amount: CreditAmount, to user: UInt64, available: CreditAmount) -> String {
        "You gave \(amount) to <@\(user)>. You have \(available) left."
    }

    static let giftToYourself = "You cannot give credits to yourself."
    static let giftToBot = "Bots have no use for credits."
    static let noSuchUser = "Say who gets the credits."

    static func giftTooLarge(available: CreditAmount) -> String {
        available == .zero ? "You have no credits to give." : "You have only \(available) to give."
    }

    static let amountRange = "The amount must be a whole number from 1 to \(CreditAmount.largest.value)."

    // MARK: /voucher

    static let ownersOnly = "Only the owner of this bot can do that."
    static let madeBefore =
        "These vouchers were made a moment ago, and their codes cannot be shown again. If you did not see them, revoke them: `/voucher list`."

    static func made(_ issued: [IssuedVoucher]) -> String {
        guard let first = issued.first?.voucher else { return "" }
        let what = issued.count == 1 ? "A voucher" : "\(issued.count) vouchers"
        let until = first.expiresAt.map { ", good until \(moment($0, "f"))" } ?? ""
        let codes = issued.map { "\($0.voucher.number)  \($0.code.reveal())" }.joined(separator: "\n")
        return
            "\(what) of \(first.credits)\(until). This is the only time that the code\(issued.count == 1 ? " is" : "s are") shown:\n```\n\(codes)\n```"
    }

    static func voucher(_ voucher: Voucher, at now: Timestamp) -> String {
        let state = voucher.state(at: now)
        let end: String =
            switch state {
            case .redeemed:
                if case .user(let id) = voucher.redeemedBy { "redeemed by <@\(id)>" } else { "redeemed" }
            case .revoked: "revoked"
            case .expired: "expired"
            case .open: voucher.expiresAt.map { "open until \(moment($0, "f"))" } ?? "open"
            }
        let note = voucher.note.isEmpty ? "" : " · \(DisplayText.escaped(DisplayText.oneLine(voucher.note), limit: 60))"
        return "`\(voucher.number)` \(voucher.credits) · \(end)\(note)"
    }

    static let noVouchers = "There are no vouchers yet."
    static let noSuchVoucher = "There is no voucher of this number."

    static func revoked(_ voucher: Voucher, at now: Timestamp) -> String {
        voucher.state(at: now) == .redeemed ? "Too late: \(self.voucher(voucher, at: now))" : "Revoked: \(self.voucher(voucher, at: now))"
    }

    /// A moment as Discord shows it to each in their own time.
    /// - Parameter style: `R` is "in two hours", `f` a date.
    static func moment(_ moment: Timestamp, _ style: String = "R") -> String { "<t:\(moment.millisecondsSinceEpoch / 1_000):\(style)>" }
}
