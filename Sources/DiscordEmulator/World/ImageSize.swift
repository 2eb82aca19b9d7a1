/// Width and height of a picture, read from its first bytes, as Discord tells them of attachments.
enum ImageSize {
    static func read(_ bytes: [UInt8]) -> (type: String, width: Int, height: Int)? {
        png(bytes) ?? gif(bytes) ?? jpeg(bytes) ?? webp(bytes)
    }

    private static func big(_ bytes: [UInt8], _ at: Int, _ count: Int) -> Int {
        bytes[at..<(at + count)].reduce(0) { $0 << 8 | Int($1) }
    }

    private static func little(_ bytes: [UInt8], _ at: Int, _ count: Int) -> Int {
        bytes[at..<(at + count)].reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    private static func png(_ bytes: [UInt8]) -> (type: String, width: Int, height: Int)? {
        guard bytes.count >= 24, bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) else { return nil }
        return ("image/png", big(bytes, 16, 4), big(bytes, 20, 4))
    }

    private static func gif(_ bytes: [UInt8]) -> (type: String, width: Int, height: Int)? {
        guard bytes.count >= 10, bytes.starts(with: "GIF8".utf8) else { return nil }
        return ("image/gif", little(bytes, 6, 2), little(bytes, 8, 2))
    }

    private static func jpeg(_ bytes: [UInt8]) -> (type: String, width: Int, height: Int)? {
        guard bytes.starts(with: [0xFF, 0xD8, 0xFF]) else { return nil }
        var at = 2
        while at + 9 < bytes.count, bytes[at] == 0xFF {
            let marker = bytes[at + 1]
            let isFrame = (0xC0...0xCF).contains(marker) && ![0xC4, 0xC8, 0xCC].contains(marker)
            if isFrame { return ("image/jpeg", big(bytes, at + 7, 2), big(bytes, at + 5, 2)) }
            at += 2 + max(2, big(bytes, at + 2, 2))
        }
        return nil
    }

    private static func webp(_ bytes: [UInt8]) -> (type: String, width: Int, height: Int)? {
        guard bytes.count >= 30, bytes.starts(with: "RIFF".utf8), Array(bytes[8..<12]) == Array("WEBP".utf8) else { return nil }
        switch String(decoding: bytes[12..<16], as: UTF8.self) {
        case "VP8X": return ("image/webp", little(bytes, 24, 3) + 1, little(bytes, 27, 3) + 1)
        case "VP8 ": return ("image/webp", little(bytes, 26, 2) & 0x3FFF, little(bytes, 28, 2) & 0x3FFF)
        case "VP8L":
            let bits = little(bytes, 21, 4)
            return ("image/webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        default: return nil
        }
    }
}
