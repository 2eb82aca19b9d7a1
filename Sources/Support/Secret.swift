/// A value that must never be printed: a token, a key, a password.
///
/// Every way of printing a value (`print`, string interpolation, `dump`, a debugger's summary, a log's metadata) shows
/// `<redacted>`. The only way out is ``reveal()``, which is easy to find in a review.
public struct Secret: Sendable, Hashable {
    private let value: String

    /// Wraps a secret. Surrounding white space, a common slip of copy and paste, is dropped.
    public init(_ value: String) {
        let trimmed = value.drop { $0.isWhitespace }
        var end = trimmed.endIndex
        while end > trimmed.startIndex, trimmed[trimmed.index(before: end)].isWhitespace { end = trimmed.index(before: end) }
        self.value = String(trimmed[..<end])
    }

    /// The value itself. Call it only at the wire.
    public func reveal() -> String { value }

    /// Whether nothing but white space was given.
    public var isEmpty: Bool { value.isEmpty }
}

/// Secrets are read, as from what Discord sends, but never written by accident: whoever must store one says so, with ``reveal()``.
extension Secret: Decodable {
    public init(from decoder: any Decoder) throws { self.init(try decoder.singleValueContainer().decode(String.self)) }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "<redacted>" }
    public var debugDescription: String { "<redacted>" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
