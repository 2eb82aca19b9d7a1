import Foundation

/// Pictures as text, as servers take and send them.
enum PictureData {
    /// `data:image/png;base64,…`
    static func url(_ picture: [UInt8]) -> String { "data:\(mediaType(picture));base64,\(base64(picture))" }

    static func base64(_ picture: [UInt8]) -> String { Data(picture).base64EncodedString() }

    /// The picture in a text, base64 or a `data:` URL; nil for anything else.
    static func bytes(_ text: String) -> [UInt8]? {
        var text = Substring(text)
        if text.hasPrefix("data:") {
            guard let comma = text.prefix(100).firstIndex(of: ","), text[..<comma].hasSuffix(";base64") else { return nil }
            text = text[text.index(after: comma)...]
        }
        guard !text.isEmpty else { return nil }
        return Data(base64Encoded: String(text)).map { Array($0) }
    }

    /// By the first bytes, as browsers do it.
    private static func mediaType(_ picture: [UInt8]) -> String {
        if picture.starts(with: [0xFF, 0xD8, 0xFF]) { return "image/jpeg" }
        if picture.starts(with: Array("GIF8".utf8)) { return "image/gif" }
        if picture.starts(with: Array("RIFF".utf8)), picture.dropFirst(8).starts(with: Array("WEBP".utf8)) { return "image/webp" }
        return "image/png"
    }
}
