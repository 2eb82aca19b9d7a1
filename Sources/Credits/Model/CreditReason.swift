import Storage

/// Why credits moved: a code for the program, a note for people.
public struct CreditReason: Sendable, Hashable {
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// A picture, an answer, work done.
        case work
        case grant
        /// A grant that comes by itself, daily or monthly.
        case allowance
        case gift
        case voucher
        case purchase
        /// Credits given back.
        case refund
        /// Paid with later income for what could not be taken back at once.
        case debt
        /// Brought over from an older service.
        case imported
    }

    /// The longest note in characters.
    public static let longestNote = 200

    public let code: Code
    public let note: String

    /// - Parameter note: whatever people wrote; control characters are dropped and the rest is cut to 200 characters.
    public init(_ code: Code, _ note: String = "") {
        self.code = code
        let visible = note.unicodeScalars.filter { $0.properties.generalCategory != .control && $0.value != 0 }
        self.note = String(String(String.UnicodeScalarView(visible.prefix(Self.longestNote * 4))).prefix(Self.longestNote))
    }

    init(row: SQLRow) throws {
        guard let code = Code(rawValue: try row.get("code")) else {
            throw CreditError(.damaged, "a row's code is none that this program knows; run: troupe credits audit")
        }
        self.code = code
        note = try row.get("note")
    }
}
