import Credits
import Foundation
import HTTPTypes
import Hummingbird
import Support

/// The four routes of the voucher service that came with dalle-discord-bot, in their old shapes, on the ledger: a bot that speaks them
/// can move over by changing an address. What they did wrong they do no more: a missing voucher is 404, nothing falls below zero, and
/// they take a token (`http://any:TOKEN@host/…` is the way to give it in an address).
///
/// There a voucher kept its credits after it was redeemed, and a person had the sum over theirs. Here redeeming moves the credits to the
/// person's account; the list shows that balance, spread over the vouchers, so that the sum is still what the person has.
struct OlderVoucherRoutes {
    let book: VoucherBook
    let ledger: CreditLedger
    let clock: any WallClock
    /// 64 bits that nobody can guess.
    let randomness: @Sendable () -> UInt64

    var all: [APIRoute] {
        [
            APIRoute(.post, "/vouchers", .vouchersWrite, create),
            APIRoute(.get, "/vouchers", .vouchersRead, list),
            APIRoute(.get, "/vouchers/:id", .vouchersRead, show),
            APIRoute(.patch, "/vouchers/:id", .vouchersWrite, change),
        ]
    }

    private struct Made: Encodable { let voucher_id: String }

    private struct Shown: Encodable {
        let created: String
        let voucher_id: String
        let person_id: String?
        let credits: Int64
        let redeemed: Int
    }

    private func create(_ request: APIRequest) async throws -> Response {
        var fields = try await request.fields()
        let credits = CreditAmount(try fields.integer("credits", in: 1...CreditAmount.largest.value))
        try fields.finish()
        let new = NewVouchers(batch: "older-api:\(freshKey())", credits: credits)
        guard let made = try await withLedgerProblems({ try await book.create(new, randomness: randomness, at: clock.now()) })?.first else {
            throw Problem(.conflict, "The voucher was made before.")
        }
        return try .json(.created, Made(voucher_id: made.code.reveal()))
    }

    private func show(_ request: APIRequest) async throws -> Response {
        let (code, voucher) = try await voucher(request)
        var credits = voucher.credits.value
        if case .user(let user) = voucher.redeemedBy {
            credits = try await shares(of: user).first { $0.voucher.number == voucher.number }?.credits ?? 0
        }
        return try .json(.ok, shown(voucher, id: code.reveal(), credits: credits))
    }

    /// The codes themselves are not kept: redeemed vouchers are listed by their number.
    private func list(_ request: APIRequest) async throws -> Response {
        guard let person = try request.query(["person_id"])["person_id"] else {
            throw Problem(.badRequest, "person_id is missing.", field: "person_id")
        }
        guard let user = UInt64(person), person == String(user), user > 0 else {
            throw Problem(.badRequest, "person_id must be the id of a Discord user.", field: "person_id")
        }
        let shares = try await shares(of: user)
        return try .json(.ok, shares.map { shown($0.voucher, id: String($0.voucher.number), credits: $0.credits) })
    }

    private func change(_ request: APIRequest) async throws -> Response {
        var fields = try await request.fields()
        let kind = try fields.string("request_type", longest: 40)
        switch kind {
        case "REDEEM_VOUCHER":
            let user = try fields.user("person_id")
            try fields.finish()
            try await redeem(request, user)
        case "ADD_CREDITS", "SUBTRACT_CREDITS":
            let amount = CreditAmount(try fields.integer("credits", in: 1...CreditAmount.largest.value))
            try fields.finish()
            try await move(request, amount, adds: kind == "ADD_CREDITS")
        default:
            throw Problem(
                .unprocessableContent, "request_type must be REDEEM_VOUCHER, ADD_CREDITS or SUBTRACT_CREDITS.", field: "request_type")
        }
        return Response(status: .ok)
    }

    private func redeem(_ request: APIRequest, _ user: UInt64) async throws {
        let code = try code(request)
        switch try await withLedgerProblems({ try await book.redeem(code, by: user, at: clock.now()) }) {
        case .redeemed, .redeemedBefore: return
        case .redeemedByAnother: throw Problem(.conflict, "Somebody else has redeemed this voucher.")
        case .revoked, .expired: throw Problem(.gone, "This voucher is not worth anything any more.")
        case .unknown: throw Problem(.notFound, "There is no voucher with this code.")
        case .tooManyAttempts: throw Problem(.tooManyRequests, "Too many wrong codes for this user lately.")
        }
    }

    /// On an open voucher its worth changes; on a redeemed one the credits of its person move.
    private func move(_ request: APIRequest, _ amount: CreditAmount, adds: Bool) async throws {
        let (code, voucher) = try await voucher(request)
        let now = clock.now()
        guard let account = voucher.redeemedBy else {
            guard try await withLedgerProblems({ try await book.adjust(code, by: adds ? amount : -amount, at: now) }) != nil else {
                throw Problem(.conflict, "The voucher would be worth less than one credit, or too many.")
            }
            return
        }
        let key = request.request.headers[.idempotencyKey] == nil ? freshKey() : try request.idempotencyKey()
        _ = try await withLedgerProblems {
            try await ledger.transfer(
                id: TransferID("older-api:\(key)"), from: adds ? .house(.issued) : account, to: adds ? account : .house(.revenue),
                amount: amount, reason: CreditReason(adds ? .grant : .work, "older voucher service"), at: now)
        }
    }

    // MARK: Reading

    private func code(_ request: APIRequest) throws -> VoucherCode {
        // What is no code at all is no voucher either: the older clients look for 404.
        let text = try request.parameter("id")
        do { return try VoucherCode(parsing: text) } catch { throw Self.unknown }
    }

    private func voucher(_ request: APIRequest) async throws -> (VoucherCode, Voucher) {
        let code = try code(request)
        guard let voucher = try await book.voucher(code) else { throw Self.unknown }
        return (code, voucher)
    }

    private static let unknown = Problem(.notFound, "There is no such voucher.")

    /// What the person can spend, spread over their vouchers: each at most what it was worth, and the newest takes what is beyond.
    private func shares(of user: UInt64) async throws -> [(voucher: Voucher, credits: Int64)] {
        let vouchers = try await book.vouchers(redeemedBy: user, limit: 1_000)
        var left = try await ledger.balance(of: .user(user)).available.value
        var shares: [(voucher: Voucher, credits: Int64)] = []
        for voucher in vouchers.reversed() {
            let share = voucher.number == vouchers.first?.number ? left : min(left, voucher.credits.value)
            left -= share
            shares.append((voucher, share))
        }
        return shares
    }

    private func shown(_ voucher: Voucher, id: String, credits: Int64) -> Shown {
        var person: String?
        if case .user(let user) = voucher.redeemedBy { person = String(user) }
        // The older service wrote SQLite's CURRENT_TIMESTAMP.
        let created = voucher.createdAt.rfc3339.replacing("T", with: " ").replacing("Z", with: "")
        return Shown(created: created, voucher_id: id, person_id: person, credits: credits, redeemed: person == nil ? 0 : 1)
    }

    private func freshKey() -> String { "\(String(randomness(), radix: 36))-\(String(randomness(), radix: 36))" }
}
