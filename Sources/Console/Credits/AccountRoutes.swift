import Credits
import HTTPTypes
import Hummingbird
import Support

/// `/api/v1/accounts` and `/api/v1/transfers`: what somebody has, how it came, and moving it.
struct AccountRoutes {
    let ledger: CreditLedger
    let clock: any WallClock

    var all: [APIRoute] {
        [
            APIRoute(.get, "/api/v1/accounts/:account", .balancesRead, balance),
            APIRoute(.get, "/api/v1/accounts/:account/movements", .balancesRead, movements),
            APIRoute(.post, "/api/v1/transfers", .transfersWrite, transfer),
            APIRoute(.get, "/api/v1/transfers/:id", .balancesRead, show),
        ]
    }

    private func balance(_ request: APIRequest) async throws -> Response {
        _ = try request.query([])
        let account = try account(try request.parameter("account"), field: "account")
        return try .json(.ok, BalanceShape(account, try await ledger.balance(of: account)))
    }

    private func movements(_ request: APIRequest) async throws -> Response {
        let page = try request.page(try request.query(["limit", "before"]))
        let account = try account(try request.parameter("account"), field: "account")
        let movements = try await ledger.movements(of: account, limit: page.limit, before: page.before)
        return try .json(.ok, CreditShapes.Movements(movements: movements.map(CreditShapes.Movement.init)))
    }

    private func transfer(_ request: APIRequest) async throws -> Response {
        _ = try request.query([])
        let key = try request.idempotencyKey()
        var fields = try await request.fields()
        let from = try account(try fields.string("from", longest: 40), field: "from")
        let to = try account(try fields.string("to", longest: 40), field: "to")
        let amount = CreditAmount(try fields.integer("amount", in: 1...CreditAmount.largest.value))
        let note = try fields.optionalString("note", longest: CreditReason.longestNote) ?? ""
        try fields.finish()
        let reason = CreditReason(from.isHouse ? .grant : to.isHouse ? .refund : .gift, note)
        let made = try await withLedgerProblems {
            try await ledger.transfer(id: TransferID("api:\(key)"), from: from, to: to, amount: amount, reason: reason, at: clock.now())
        }
        return try .json(.created, CreditShapes.Transfer(made))
    }

    private func show(_ request: APIRequest) async throws -> Response {
        _ = try request.query([])
        // Any id may be asked for, the ledger's own too; only making one is the ledger's alone.
        let found = try await withLedgerProblems { try await ledger.transfer(TransferID(lookingUp: try request.parameter("id"))) }
        guard let found else { throw Problem(.notFound, "There is no transfer of this id.") }
        return try .json(.ok, CreditShapes.Transfer(found))
    }

    private func account(_ text: String, field: String) throws -> CreditAccount {
        guard let account = CreditAccount(key: text) else {
            throw Problem(
                .badRequest, "An account is user:ID, pool:GUILD, house:issued, house:sales or house:revenue.", field: field)
        }
        return account
    }
}
