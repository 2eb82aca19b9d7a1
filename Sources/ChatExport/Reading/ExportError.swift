import Support

/// Why an export cannot be read, or not to its end. Says where and what to do; never quotes a message.
public struct ExportError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: Sendable, Hashable {
        case notFound, unknownFormat, malformed, truncated, tooLarge
    }

    public let code: Code
    public let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    static func malformed(_ what: String, at byte: Int) -> ExportError { .init(.malformed, "\(what) at byte \(byte)") }

    static let truncated = ExportError(
        .truncated, "the file ends in the middle of the conversation; what came before was read: export it again for the rest")

    static func tooLarge(_ what: String, limit: Int, at byte: Int) -> ExportError {
        .init(.tooLarge, "\(what) at byte \(byte) is longer than \(limit) bytes")
    }
}
