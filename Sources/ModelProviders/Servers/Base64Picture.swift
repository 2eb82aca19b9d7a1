import Foundation

/// Pictures as text, as most servers send them.
enum Base64Picture {
    /// Base64, bare or as a `data:` URL; nil for anything else.
    static func bytes(_ text: String) -> [UInt8]? {
        var text = Substring(text)
        if text.hasPrefix("data:") {
            guard let comma = text.prefix(100).firstIndex(of: ","), text[..<comma].hasSuffix(";base64") else { return nil }
            text = text[text.index(after: comma)...]
        }
        guard !text.isEmpty else { return nil }
        return Data(base64Encoded: String(text)).map { Array($0) }
    }

    static func text(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}
