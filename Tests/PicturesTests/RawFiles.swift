import Pictures

/// Picture files written byte by byte, so that they can say what no encoder would.
enum RawPNG {
    /// A PNG whose pixel data are stored, not compressed. `rows` are the raw scan lines without their filter byte.
    static func make(width: Int, height: Int, bitDepth: UInt8, colourType: UInt8, rows: [[UInt8]]) -> [UInt8] {
        let header = be32(width) + be32(height) + [bitDepth, colourType, 0, 0, 0]
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", header)
            + chunk("IDAT", stored(rows.flatMap { [0] + $0 })) + chunk("IEND", [])
    }

    static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
        let typed = Array(type.utf8) + data
        return be32(data.count) + typed + be32(Int(crc(typed)))
    }

    static func be32(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }

    private static func crc(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
        }
    }

    /// A zlib stream of one stored block (RFC 1950, RFC 1951 3.2.4).
    private static func stored(_ data: [UInt8]) -> [UInt8] {
        precondition(data.count < 65_536)
        let length = UInt16(data.count)
        var a: UInt32 = 1, b: UInt32 = 0
        for byte in data {
            a = (a + UInt32(byte)) % 65_521
            b = (b + a) % 65_521
        }
        let low = UInt8(truncatingIfNeeded: length), high = UInt8(length >> 8)
        return [0x78, 0x01, 0x01, low, high, ~low, ~high] + data + be32(Int(b << 16 | a))
    }
}

enum RawGIF {
    /// A 2-colour GIF: `screen` is what the header claims, `frame` the size of its one red frame (4 pixels or fewer).
    static func make(screen: Int, frame: Int) -> [UInt8] {
        let pixels = frame * frame
        // Codes of 3 bits: clear (4) before each pixel (1), so that codes never grow; then end (5).
        var bits: [Int] = []
        for code in Array(repeatElement([4, 1], count: pixels).joined()) + [5] { bits += (0..<3).map { code >> $0 & 1 } }
        let data = stride(from: 0, to: bits.count, by: 8).map { start in
            bits[start..<min(start + 8, bits.count)].enumerated().reduce(UInt8(0)) { $0 | UInt8($1.element << $1.offset) }
        }
        func le16(_ value: Int) -> [UInt8] { [UInt8(truncatingIfNeeded: value), UInt8(value >> 8)] }
        return Array("GIF89a".utf8) + le16(screen) + le16(screen) + [0x80, 0, 0] + [0, 0, 0, 255, 0, 0]
            + [0x2C, 0, 0, 0, 0] + le16(frame) + le16(frame) + [0, 2, UInt8(data.count)] + data + [0, 0x3B]
    }
}

/// Smooth colours with an edge: something a lossy codec has to work on.
func gradient(width: Int, height: Int, channels: Picture.Channels = .rgb) throws -> Picture {
    var pixels: [UInt8] = []
    for y in 0..<height {
        for x in 0..<width {
            pixels += [UInt8(x * 255 / width), UInt8(y * 255 / height), x > width / 2 ? 200 : 20]
            if channels == .rgba { pixels.append(y < height / 2 ? 255 : 0) }
        }
    }
    return try Picture(width: width, height: height, channels: channels, pixels: pixels)
}

func plain(_ colour: [UInt8], width: Int, height: Int) throws -> Picture {
    try Picture(
        width: width, height: height, channels: colour.count == 4 ? .rgba : .rgb,
        pixels: Array(repeatElement(colour, count: width * height).joined()))
}
