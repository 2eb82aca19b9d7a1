/// The four formats that Pictures reads. Told by the first bytes, never by a name or a media type that somebody claims.
public enum PictureFormat: String, Sendable, Hashable, CaseIterable {
    case png, jpeg, webp, gif

    /// The format that the first bytes announce; nil for anything else, be it SVG, PDF or garbage.
    public init?(sniffing bytes: [UInt8]) {
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if bytes.count >= 12, bytes.starts(with: Array("RIFF".utf8)), bytes[8..<12].elementsEqual("WEBP".utf8) {
            self = .webp
        } else if bytes.starts(with: Array("GIF87a".utf8)) || bytes.starts(with: Array("GIF89a".utf8)) {
            self = .gif
        } else {
            return nil
        }
    }

    /// The ending of a file's name, without the dot.
    public var fileExtension: String { self == .jpeg ? "jpg" : rawValue }

    public var mediaType: String { "image/\(rawValue)" }
}
