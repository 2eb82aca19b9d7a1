import Storage
import Support

/// Credits that wait for whoever brings the code.
public struct Voucher: Sendable, Hashable {
    public enum State: String, Sendable, Hashable, CaseIterable, Codable {
        case open, redeemed, revoked, expired
    }

    /// Names the voucher for its maker; it is no secret and redeems nothing.
    public let number: Int64
    public let credits: CreditAmount
    public let note: String
    public let createdAt: Timestamp
    public let expiresAt: Timestamp?
    public let revokedAt: Timestamp?
    public let redeemedAt: Timestamp?
    public let redeemedBy: CreditAccount?

    public func state(at now: Timestamp) -> State {
        if redeemedAt != nil { return .redeemed }
        if revokedAt != nil { return .revoked }
        if let expiresAt, expiresAt <= now { return .expired }
        return .open
    }

    /// The transfer that redeeming it makes.
    public var transferID: TransferID { TransferID(own: "voucher:\(number)") }

    init(row: SQLRow) throws {
        number = try row.get("number")
        credits = try row.get("credits")
        note = try row.get("note")
        createdAt = try row.get("created_at")
        expiresAt = try row.get("expires_at")
        revokedAt = try row.get("revoked_at")
        redeemedAt = try row.get("redeemed_at")
        redeemedBy = try row.get("redeemed_by")
    }
}

/// A voucher with its code, which nobody can read again later.
public struct IssuedVoucher: Sendable, Hashable {
    public let voucher: Voucher
    public let code: VoucherCode
}

/// What a maker of vouchers asks for.
public struct NewVouchers: Sendable, Hashable {
    /// Most vouchers made at once.
    public static let largestCount = 10_000

    /// Names this making: a repeat makes no more. 1…120 visible ASCII characters.
    public var batch: String
    public var count: Int
    public var credits: CreditAmount
    public var expiresAt: Timestamp?
    public var note: String

    public init(batch: String, count: Int = 1, credits: CreditAmount, expiresAt: Timestamp? = nil, note: String = "") {
        self.batch = batch
        self.count = count
        self.credits = credits
        self.expiresAt = expiresAt
        self.note = CreditReason(.voucher, note).note
    }
}

public enum RedeemResult: Sendable, Hashable {
    case redeemed(Voucher)
    /// This person did that before; nothing changed.
    case redeemedBefore(Voucher)
    case redeemedByAnother
    case revoked
    case expired
    case unknown
    /// Too many wrong codes lately; nothing was looked up.
    case tooManyAttempts(until: Timestamp)
}
