import Credits
import Foundation
import HTTPTypes
import Support

/// The JSON of the credits API. Ids of people are texts, as Discord writes them; moments are RFC 3339.
enum CreditShapes {
    struct Voucher: Encodable {
        let number: Int64
        let credits: Int64
        let state: String
        let note: String
        let created_at: String
        let expires_at: String?
        let redeemed_at: String?
        let redeemed_by: String?
        /// Only in the answer that made it.
        let code: String?

        init(_ voucher: Credits.Voucher, code: VoucherCode? = nil, at now: Timestamp) {
            number = voucher.number
            credits = voucher.credits.value
            state = voucher.state(at: now).rawValue
            note = voucher.note
            created_at = voucher.createdAt.rfc3339
            expires_at = voucher.expiresAt?.rfc3339
            redeemed_at = voucher.redeemedAt?.rfc3339
            redeemed_by = voucher.redeemedBy?.key
            self.code = code?.reveal()
        }
    }

    struct Vouchers: Encodable { let vouchers: [Voucher] }

    struct Transfer: Encodable {
        let id: String
        let number: Int64
        let from: String
        let to: String
        let amount: Int64
        let reason: String
        let note: String
        let created_at: String

        init(_ transfer: CreditTransfer) {
            id = transfer.id.text
            number = transfer.number
            from = transfer.debit.key
            to = transfer.credit.key
            amount = transfer.amount.value
            reason = transfer.reason.code.rawValue
            note = transfer.reason.note
            created_at = transfer.createdAt.rfc3339
        }
    }

    struct Movement: Encodable {
        let sequence: Int64
        let change: Int64
        let balance: Int64
        let transfer: Transfer

        init(_ movement: CreditMovement) {
            sequence = movement.sequence
            change = movement.change.value
            balance = movement.balance.value
            transfer = Transfer(movement.transfer)
        }
    }

    struct Movements: Encodable { let movements: [Movement] }
}

extension Timestamp {
    /// As `2027-01-31T12:00:00Z`.
    var rfc3339: String { Date(timeIntervalSince1970: Double(millisecondsSinceEpoch) / 1_000).formatted(.iso8601) }
}

extension CreditError {
    /// What the API says of it.
    var problem: Problem {
        switch code {
        case .badAmount, .badAccount, .badID, .badVoucher, .badImport: Problem(.unprocessableContent, userSentence)
        case .keyReused: Problem(.conflict, userSentence)
        case .insufficient: Problem(HTTPResponse.Status(code: 402, reasonPhrase: "Payment Required"), userSentence)
        case .unknownTransfer: Problem(.notFound, userSentence)
        case .damaged: Problem(.internalServerError, "The ledger needs the operator: run troupe credits audit.")
        }
    }

    private var userSentence: String { message.prefix(1).uppercased() + message.dropFirst() + "." }
}

/// Runs what may be refused by the ledger, and tells that as a problem.
func withLedgerProblems<Value>(_ body: () async throws -> Value) async throws -> Value {
    do { return try await body() } catch let error as CreditError { throw error.problem }
}
