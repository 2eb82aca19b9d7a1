import Storage
import Support

/// The caller's name of a transfer, and the key under which a repeat does nothing: `daily:2026-11-05:123`, say.
public struct TransferID: Sendable, Hashable, CustomStringConvertible {
    /// The longest id in characters.
    public static let longest = 120

    public let text: String

    /// - Parameter text: 1…120 visible ASCII characters. The ledger's own prefixes (`hold:`, `voucher:`, `purchase:`, `debt:`)
    ///   are not the caller's to use.
    public init(_ text: String) throws(CreditError) {
        try checkID(text, longest: Self.longest, "a transfer's id")
        if let prefix = Self.reserved.first(where: text.hasPrefix) {
            throw CreditError(.badID, "a transfer's id must not begin with \"\(prefix)\", which is the ledger's own; choose another prefix")
        }
        self.text = text
    }

    /// What a request does, for instance `gift`, under the request's id.
    public init(_ verb: String, of request: RequestID) throws(CreditError) { try self.init("\(verb):\(request)") }

    /// The id of a transfer that is only to be found, whoever made it.
    public init(lookingUp text: String) throws(CreditError) {
        try checkID(text, longest: Self.longest, "a transfer's id")
        self.text = text
    }

    static let reserved = ["hold:", "voucher:", "purchase:", "purchase-refund:", "debt:"]

    init(own text: String) { self.text = text }

    public var description: String { text }
}

/// The name of a hold: the request it pays for.
public struct HoldID: Sendable, Hashable, CustomStringConvertible {
    public let text: String

    /// - Parameter text: 1…100 visible ASCII characters.
    public init(_ text: String) throws(CreditError) {
        try checkID(text, longest: 100, "a hold's id")
        self.text = text
    }

    public init(_ request: RequestID) { text = request.description }

    /// The transfer that posting this hold makes.
    public var transferID: TransferID { TransferID(own: "hold:\(text)") }

    public var description: String { text }
}

/// Visible ASCII only: an id that cannot be misread, and that every database stores alike.
func checkID(_ text: String, longest: Int, _ what: String) throws(CreditError) {
    guard (1...longest).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
        throw CreditError(.badID, "\(what) must be 1 to \(longest) visible ASCII characters without spaces")
    }
}

extension TransferID: SQLConvertible {
    public var sqlValue: SQLValue { .text(text) }
    public init?(sqlValue: SQLValue) {
        guard case .text(let text) = sqlValue else { return nil }
        self.init(own: text)
    }
}

extension HoldID: SQLConvertible {
    public var sqlValue: SQLValue { .text(text) }
    public init?(sqlValue: SQLValue) {
        guard case .text(let text) = sqlValue else { return nil }
        self.text = text
    }
}
