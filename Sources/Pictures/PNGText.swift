/// One text entry of a PNG: how a picture carries its prompt, seed and model with it.
///
/// Written as `tEXt` where ASCII is enough, else as uncompressed `iTXt` (PNG, third edition, 11.3.3). Compressed entries of
/// other programs are not read: they could unfold without bound.
public struct PNGText: Sendable, Hashable {
    /// 1–79 ASCII characters, no space at either end.
    public var keyword: String
    public var text: String

    public init(_ keyword: String, _ text: String) {
        self.keyword = keyword
        self.text = text
    }

    private static let maximumTextBytes = 64 << 10
    private static let maximumEntries = 64

    /// Puts entries behind the header of a PNG that we encoded.
    static func insert(_ entries: [PNGText], into png: [UInt8]) throws(PictureError) -> [UInt8] {
        if entries.isEmpty { return png }
        var chunks: [UInt8] = []
        for entry in entries { chunks += try entry.chunk() }
        return Array(png[..<33]) + chunks + Array(png[33...])
    }

    private func chunk() throws(PictureError) -> [UInt8] {
        let key = Array(keyword.utf8)
        guard (1...79).contains(key.count), key.allSatisfy({ (0x20...0x7E).contains($0) }), key.first != 0x20, key.last != 0x20 else {
            throw PictureError(.cannotEncode, "a PNG keyword has 1 to 79 ASCII characters and no space at its ends")
        }
        let value = Array(text.utf8).filter { $0 != 0 }
        guard value.count <= Self.maximumTextBytes else {
            throw PictureError(.cannotEncode, "a PNG text has at most \(Self.maximumTextBytes) bytes, not \(value.count)")
        }
        let isPlain = value.allSatisfy { $0 == 0x0A || (0x20...0x7E).contains($0) }
        // iTXt: keyword 0, not compressed, method 0, no language, no translated keyword.
        let data = isPlain ? key + [0] + value : key + [0, 0, 0, 0, 0] + value
        let typed = Array((isPlain ? "tEXt" : "iTXt").utf8) + data
        return Self.bigEndian(UInt32(data.count)) + typed + Self.bigEndian(CRC32.of(typed))
    }

    private static func bigEndian(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }

    /// The text entries of a PNG; what is damaged, compressed or too long is passed over.
    public static func read(from png: [UInt8]) -> [PNGText] {
        guard PictureFormat(sniffing: png) == .png else { return [] }
        var entries: [PNGText] = []
        for chunk in PNGChunks(png) where entries.count < maximumEntries {
            if chunk.type == "IEND" { break }
            guard chunk.type == "tEXt" || chunk.type == "iTXt", chunk.data.count <= maximumTextBytes + 128 else { continue }
            let data = Array(png[chunk.data])
            if CRC32.of(Array(png[chunk.content])) == UInt32(png.bigEndian(at: chunk.content.upperBound, count: 4)),
                let entry = chunk.type == "tEXt" ? latinEntry(data) : internationalEntry(data)
            {
                entries.append(entry)
            }
        }
        return entries
    }

    private static func latinEntry(_ data: [UInt8]) -> PNGText? {
        guard let end = data.firstIndex(of: 0), end > 0 else { return nil }
        return PNGText(latin(data[..<end]), latin(data[(end + 1)...]))
    }

    private static func internationalEntry(_ data: [UInt8]) -> PNGText? {
        guard let end = data.firstIndex(of: 0), end > 0, end + 3 <= data.count, data[end + 1] == 0 else { return nil }
        guard let language = data[(end + 3)...].firstIndex(of: 0), let translated = data[(language + 1)...].firstIndex(of: 0) else {
            return nil
        }
        return PNGText(latin(data[..<end]), String(decoding: data[(translated + 1)...], as: UTF8.self))
    }

    private static func latin(_ bytes: ArraySlice<UInt8>) -> String {
        var text = String.UnicodeScalarView()
        for byte in bytes { text.append(Unicode.Scalar(byte)) }
        return String(text)
    }
}

/// The checksum of PNG chunks and of files in archives (ISO 3309, polynomial 0xEDB88320).
public enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    }

    public static func of(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ ($0 >> 8) }
    }
}
