import Credits
import HTTPTypes
import Hummingbird
import Support

/// `/api/v1/vouchers`: made, listed, revoked and redeemed.
struct VoucherRoutes {
    let book: VoucherBook
    let clock: any WallClock
    /// 64 bits that nobody can guess.
    let randomness: @Sendable () -> UInt64

    var all: [APIRoute] {
        [
            APIRoute(.post, "/api/v1/vouchers", .vouchersWrite, create),
            APIRoute(.get, "/api/v1/vouchers", .vouchersRead, list),
            APIRoute(.get, "/api/v1/vouchers/:number", .vouchersRead, show),
            APIRoute(.post, "/api/v1/vouchers/:number/revoke", .vouchersWrite, revoke),
            APIRoute(.post, "/api/v1/redemptions", .vouchersWrite, redeem),
        ]
    }

    private func create(_ request: APIRequest) async throws -> Response {
        _ = try request.query([])
        let key = try request.idempotencyKey()
        var fields = try await request.fields()
        let new = NewVouchers(
            batch: "api:\(key)", count: Int(try fields.optionalInteger("count", in: 1...1_000) ?? 1),
            credits: CreditAmount(try fields.integer("credits", in: 1...CreditAmount.largest.value)),
            expiresAt: try fields.optionalMoment("expires_at"), note: try fields.optionalString("note", longest: 200) ?? "")
        try fields.finish()
        let now = clock.now()
        guard let made = try await withLedgerProblems({ try await book.create(new, randomness: randomness, at: now) }) else {
            throw Problem(.conflict, "Vouchers were made under this Idempotency-Key before; their codes cannot be told again.")
        }
        return try .json(
            .created, CreditShapes.Vouchers(vouchers: made.map { CreditShapes.Voucher($0.voucher, code: $0.code, at: now) }))
    }

    private func list(_ request: APIRequest) async throws -> Response {
        let page = try request.page(try request.query(["limit", "before"]))
        let now = clock.now()
        let vouchers = try await book.vouchers(limit: page.limit, before: page.before)
        return try .json(.ok, CreditShapes.Vouchers(vouchers: vouchers.map { CreditShapes.Voucher($0, at: now) }))
    }

    private func show(_ request: APIRequest) async throws -> Response {
        _ = try request.query([])
        guard let voucher = try await book.voucher(try number(request)) else { throw Self.unknown }
        return try .json(.ok, CreditShapes.Voucher(voucher, at: clock.now()))
    }

    private func revoke(_ request: APIRequest) async throws -> Response {
        _ = try request.query([])
        let now = clock.now()
        guard let voucher = try await book.revoke(try number(request), at: now) else { throw Self.unknown }
        guard voucher.redeemedAt == nil else { throw Problem(.conflict, "This voucher has been redeemed.") }
        return try .json(.ok, CreditShapes.Voucher(voucher, at: now))
    }

    private func redeem(_ request: APIRequest) async throws -> Response {
        _ = try request.query([])
        var fields = try await request.fields()
        let text = try fields.string("code", longest: 100)
        let user = try fields.user("user")
        try fields.finish()
        let code = try await withLedgerProblems { try VoucherCode(parsing: text) }
        let now = clock.now()
        switch try await withLedgerProblems({ try await book.redeem(code, by: user, at: now) }) {
        case .redeemed(let voucher), .redeemedBefore(let voucher): return try .json(.ok, CreditShapes.Voucher(voucher, at: now))
        case .redeemedByAnother: throw Problem(.conflict, "Somebody else has redeemed this voucher.")
        case .revoked: throw Problem(.gone, "This voucher was revoked.")
        case .expired: throw Problem(.gone, "This voucher has expired.")
        case .unknown: throw Problem(.notFound, "There is no voucher with this code.")
        case .tooManyAttempts(let until):
            let seconds = max(1, (until.millisecondsSinceEpoch - now.millisecondsSinceEpoch + 999) / 1_000)
            throw Problem(.tooManyRequests, "Too many wrong codes for this user lately.", headers: [.retryAfter: String(seconds)])
        }
    }

    private static let unknown = Problem(.notFound, "There is no voucher of this number.")

    private func number(_ request: APIRequest) throws -> Int64 {
        let text = try request.parameter("number")
        guard let number = Int64(text), text == String(number), number > 0 else {
            throw Problem(.badRequest, "A voucher's number is a whole number above 0.", field: "number")
        }
        return number
    }
}
