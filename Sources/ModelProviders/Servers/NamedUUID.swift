import Crypto

/// A UUID made of a name, the same for the same name (RFC 9562, section 5.5: version 5, SHA-1).
enum NamedUUID {
    /// Troupe's own name space, drawn by lot once.
    private static let space: [UInt8] = [
        0x6F, 0x0C, 0x2D, 0x5B, 0x1E, 0x8A, 0x4C, 0x37, 0x9B, 0x64, 0xD2, 0x70, 0x3A, 0xE5, 0x11, 0xC8,
    ]

    /// In lower case with dashes.
    static func text(_ name: String, space: [UInt8] = space) -> String {
        var bytes = Array(Insecure.SHA1.hash(data: space + Array(name.utf8)).prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x50
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }
        return [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].map { digits[$0].joined() }.joined(separator: "-")
    }
}
