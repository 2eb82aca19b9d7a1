import ArgumentParser
import Credits
import Foundation
import Support

/// `troupe voucher`: codes that people redeem for credits.
struct VoucherCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "voucher", abstract: "Make, list and revoke vouchers; bring over those of an older service.",
        subcommands: [Create.self, List.self, Revoke.self, Redeem.self, Import.self])

    enum Format: String, CaseIterable, ExpressibleByArgument { case text, csv, json }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make vouchers and print their codes, this once: only their hashes are kept.")

        @Option(help: "What each is worth.")
        var credits: Int64

        @Option(name: [.customShort("n"), .long], help: "How many, 1 to 10000.")
        var count = 1

        @Option(help: ArgumentHelp("Until when they are good, as 2026-12-31, 30d or 12h (default: for ever).", valueName: "when"))
        var expires: Expiry?

        @Option(help: "What they are for; whoever redeems one reads it.")
        var note = ""

        @Option(help: "How to print them: text, csv or json.")
        var format = Format.text

        @Flag(help: "The same as --format json.")
        var json = false

        @OptionGroup var shared: SharedOptions

        func run() async throws {
            let now = SystemClock().now()
            let book = VoucherBook(try Foundations.openDatabase(shared.settings(), at: now))
            let batch = "terminal:\(now.millisecondsSinceEpoch)-\(String(UInt64.random(in: .min ... .max), radix: 36))"
            try await said {
                let new = NewVouchers(
                    batch: batch, count: count, credits: CreditAmount(credits), expiresAt: expires?.moment(from: now), note: note)
                let issued = try await book.create(new, randomness: { .random(in: .min ... .max) }, at: now) ?? []
                try VoucherLine.say(issued.map { VoucherLine($0.voucher, code: $0.code, at: now) }, json ? .json : format)
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The latest vouchers, newest first; their codes are not known.")

        @Option(help: "At most so many.")
        var limit = 100

        @Option(help: "Only those in this state: open, redeemed, revoked, expired.")
        var state: Voucher.State?

        @Option(help: "How to print them: text, csv or json.")
        var format = Format.text

        @Flag(help: "The same as --format json.")
        var json = false

        @OptionGroup var shared: SharedOptions

        func validate() throws {
            guard (1...10_000).contains(limit) else { throw ValidationError("--limit must be 1 to 10000, not \(limit)") }
        }

        func run() async throws {
            let now = SystemClock().now()
            let book = VoucherBook(try Foundations.openDatabase(shared.settings(), at: now))
            var lines: [VoucherLine] = []
            var last: Int64?
            while lines.count < limit {
                let page = try await book.vouchers(limit: 1_000, before: last)
                if page.isEmpty { break }
                last = page.last?.number
                lines += page.filter { state == nil || $0.state(at: now) == state }.map { VoucherLine($0, code: nil, at: now) }
            }
            try VoucherLine.say(Array(lines.prefix(limit)), json ? .json : format)
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a voucher worthless; exit status 1 when somebody was quicker.")

        @Argument(help: "The voucher's number, or its code.")
        var voucher: String

        @OptionGroup var shared: SharedOptions

        func run() async throws {
            let now = SystemClock().now()
            let book = VoucherBook(try Foundations.openDatabase(shared.settings(), at: now))
            try await said {
                var number = Int64(voucher)
                if number == nil { number = try await book.voucher(VoucherCode(parsing: voucher))?.number }
                guard let number, let revoked = try await book.revoke(number, at: now) else {
                    throw CommandFailure("there is no such voucher")
                }
                if let user = revoked.redeemedBy { throw CommandFailure("voucher \(number) is redeemed already, by \(user)") }
                Terminal.say("voucher \(number) is revoked")
            }
        }
    }

    struct Redeem: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Redeem a voucher for somebody; the code is read from standard input.",
            discussion: "A command line is to be read by everybody on the machine, so the code is no argument.")

        @Argument(help: "Whose account gets the credits: a Discord user's id.")
        var user: UInt64

        @OptionGroup var shared: SharedOptions

        func run() async throws {
            let now = SystemClock().now()
            let database = try Foundations.openDatabase(shared.settings(), at: now)
            try await said {
                let code = try VoucherCode(parsing: (readLine() ?? "").trimmingCharacters(in: .whitespacesAndNewlines))
                switch try await VoucherBook(database).redeem(code, by: user, at: now) {
                case .redeemed(let voucher): Terminal.say("\(voucher.credits) to user:\(user)")
                case .redeemedBefore(let voucher): Terminal.say("redeemed before: \(voucher.credits) to user:\(user)")
                case .redeemedByAnother: throw CommandFailure("somebody else has redeemed this voucher")
                case .revoked: throw CommandFailure("this voucher is revoked")
                case .expired: throw CommandFailure("this voucher has expired")
                case .unknown: throw CommandFailure("there is no such voucher")
                case .tooManyAttempts(let until): throw CommandFailure("too many wrong codes for this user; again at \(until.iso8601)")
                }
            }
        }
    }

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Bring over the database.db of the voucher service of dalle-discord-bot; said again, it brings nothing twice.",
            discussion: "Redeemed vouchers become their people's credits; the others can be redeemed here under their old codes.")

        @Argument(help: "The file.")
        var file: String

        @Flag(help: "Print what came as JSON.")
        var json = false

        @OptionGroup var shared: SharedOptions

        func run() async throws {
            let now = SystemClock().now()
            let database = try Foundations.openDatabase(shared.settings(), at: now)
            try await said {
                let report = try await OlderVouchers(file: file, at: now).bring(into: database, at: now)
                if json { return try Terminal.say(json: ImportReport(report)) }
                for line in report.skipped { Terminal.say("skipped \(line)") }
                Terminal.say(
                    "\(report.credited) to \(report.people) people, \(report.open) open vouchers, \(report.existing) were here already")
            }
        }
    }
}

extension Voucher.State: ExpressibleByArgument {}

private struct ImportReport: Encodable {
    var credited: Int64
    var people: Int
    var open: Int
    var existing: Int
    var skipped: [String]

    init(_ report: OlderVouchers.Report) {
        credited = report.credited.value
        people = report.people
        open = report.open
        existing = report.existing
        skipped = report.skipped
    }
}
