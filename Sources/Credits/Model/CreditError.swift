import Support

/// What the ledger refuses. Nothing was written.
public struct CreditError: Error, Hashable, CustomStringConvertible, UserFacingError {
    public enum Code: String, Sendable, Hashable {
        case badAmount = "bad-amount"
        case badAccount = "bad-account"
        case badID = "bad-id"
        case badVoucher = "bad-voucher"
        /// The idempotency key was used before for something else.
        case keyReused = "key-reused"
        case insufficient
        case unknownTransfer = "unknown-transfer"
        /// The ledger itself is not as it must be.
        case damaged
        /// The file to import is none.
        case badImport = "bad-import"
    }

    public let code: Code
    public let message: String
    /// With ``Code/insufficient``: what there is.
    public let available: CreditAmount?

    init(_ code: Code, _ message: String, available: CreditAmount? = nil) {
        self.code = code
        self.message = message
        self.available = available
    }

    public var description: String { "\(code.rawValue): \(message)" }

    public var userMessage: String {
        switch code {
        case .insufficient: "There are not enough credits: \(available ?? .zero) available."
        case .badAmount, .badVoucher: message.prefix(1).uppercased() + message.dropFirst() + "."
        default: "The credits could not be moved. Nothing was taken; please try again or tell the owner of this bot."
        }
    }
}
