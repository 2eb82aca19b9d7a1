import ArgumentParser
import Console
import Credits
import Foundation
import Storage
import Support

/// `troupe credits`: the ledger at the terminal.
struct CreditsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "credits", abstract: "Grant credits, look at balances, prove the ledger.",
        discussion: "An account is a Discord user's id, or user:ID, or pool:ID for what a whole guild may spend.",
        subcommands: [Grant.self, Balance.self, Audit.self])

    struct Grant: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give credits to a user or a guild's pool.",
            discussion: "With --key, the same command said again gives nothing more; without it, each one gives.")

        @Argument(help: "Whom: a user's id, user:ID or pool:ID.")
        var account: CreditAccount

        @Argument(help: "How many credits.")
        var amount: Int64

        @Option(help: "Why, as the account's owner will read it.")
        var note = ""

        @Option(help: "A name for this grant, under which it is made once.")
        var key: String?

        @Flag(help: "Print what was done as JSON.")
        var json = false

        @OptionGroup var shared: SharedOptions

        func run() async throws {
            let now = SystemClock().now()
            let ledger = CreditLedger(try Foundations.openDatabase(shared.settings(), at: now))
            let name = key ?? "\(now.millisecondsSinceEpoch)-\(String(UInt64.random(in: .min ... .max), radix: 36))"
            try await said {
                let transfer = try await ledger.grant(
                    id: TransferID("grant:\(name)"), to: account, amount: CreditAmount(amount), reason: CreditReason(.grant, note), at: now)
                let balance = try await ledger.balance(of: account)
                if json {
                    try Terminal.say(json: GrantReceipt(account: account.key, amount: amount, balance: .init(account, balance)))
                } else {
                    let words =
                        transfer.createdAt == now ? "\(transfer.amount) to \(account)" : "made before: \(transfer.amount) to \(account)"
                    Terminal.say("\(words); \(balance.available.value) available")
                }
            }
        }
    }

    struct Balance: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "What an account has; without one, what all have.")

        @Argument(help: "Whose: a user's id, user:ID, pool:ID or house:issued|sales|revenue.")
        var account: CreditAccount?

        @Flag(help: "Print it as JSON.")
        var json = false

        @OptionGroup var shared: SharedOptions

        func run() async throws {
            let ledger = CreditLedger(try Foundations.openDatabase(shared.settings(), at: SystemClock().now()))
            var balances: [(account: CreditAccount, balance: CreditBalance)] = []
            if let account {
                balances = [(account, try await ledger.balance(of: account))]
            } else {
                balances = try await ledger.accounts(limit: 10_000)
                for house in CreditAccount.House.allCases { balances.append((.house(house), try await ledger.balance(of: .house(house)))) }
            }
            let lines = balances.map { BalanceShape($0.account, $0.balance) }
            if json {
                if account == nil { try Terminal.say(json: lines) } else { try Terminal.say(json: lines[0]) }
            } else {
                for line in lines { Terminal.say(line.words) }
            }
        }
    }

    struct Audit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prove that everything adds up; name every row that is wrong; exit status 1 when one is.")

        @Flag(help: "Print the findings as JSON.")
        var json = false

        @OptionGroup var shared: SharedOptions

        func run() async throws {
            let ledger = CreditLedger(try Foundations.openDatabase(shared.settings(), at: SystemClock().now()))
            let audit = try await ledger.audit()
            if json {
                try Terminal.say(json: AuditReport(audit))
            } else {
                for finding in audit.findings { Terminal.say("✗ \(finding)") }
                Terminal.say(
                    "\(audit.isSound ? "✓" : "✗") \(audit.transfers) transfers, \(audit.accounts) accounts with \(audit.owned), "
                        + "\(audit.openHolds) open holds; all balances together are \(audit.total.value)")
            }
            if !audit.isSound { throw ExitCode(1) }
        }
    }
}

/// A refusal of the ledger as one sentence at the terminal.
func said(_ body: () async throws -> Void) async throws {
    do { try await body() } catch let error as CreditError { throw CommandFailure(error.message) }
}

extension CreditAccount: ExpressibleByArgument {
    /// A bare number is a user.
    public init?(argument: String) {
        if let user = UInt64(argument) { self = .user(user) } else { self.init(key: argument) }
    }
}

private struct GrantReceipt: Encodable {
    var account: String
    var amount: Int64
    var balance: BalanceShape
}

extension BalanceShape {
    fileprivate var words: String {
        "\(account): \(available) available" + (held > 0 ? ", \(held) held" : "") + (debt > 0 ? ", \(debt) owed" : "")
    }
}

private struct AuditReport: Encodable {
    struct Line: Encodable {
        var table: String
        var row: String
        var problem: String
    }

    var isSound: Bool
    var transfers: Int
    var accounts: Int
    var openHolds: Int
    var owned: Int64
    var total: Int64
    var findings: [Line]

    init(_ audit: CreditAudit) {
        isSound = audit.isSound
        transfers = audit.transfers
        accounts = audit.accounts
        openHolds = audit.openHolds
        owned = audit.owned.value
        total = audit.total.value
        findings = audit.findings.map { Line(table: $0.table, row: $0.row, problem: $0.problem) }
    }

    enum CodingKeys: String, CodingKey {
        case transfers, accounts, owned, total, findings
        case isSound = "sound"
        case openHolds = "open_holds"
    }
}
