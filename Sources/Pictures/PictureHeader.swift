/// What a picture's first bytes say of it: format and size, read without decoding.
///
/// Every number in it comes from outside and may be a lie: the decoder's own reading is held against the same limits.
public struct PictureHeader: Sendable, Hashable {
    public let format: PictureFormat
    /// Pixels, from 1, before a JPEG is turned upright.
    public let width: Int
    public let height: Int
    /// Whether it announces more than one frame; only the first is ever decoded.
    public let isAnimated: Bool

    /// Reads the header of a PNG, JPEG, WebP or GIF.
    ///
    /// - Throws: ``PictureError`` when the format is another one, or when the header is damaged.
    public init(_ bytes: [UInt8], limits: PictureLimits = PictureLimits()) throws(PictureError) {
        guard let format = PictureFormat(sniffing: bytes) else {
            throw PictureError(.unknownFormat, "this is no PNG, JPEG, WebP or GIF picture")
        }
        let size: (width: Int, height: Int)?
        switch format {
        case .png: size = Self.pngSize(bytes)
        case .jpeg: size = try Self.jpegSize(bytes, maximumScans: limits.maximumScans)
        case .webp: size = Self.webpSize(bytes)
        case .gif: size = Self.gifSize(bytes)
        }
        guard let size, size.width > 0, size.height > 0 else {
            throw PictureError(.damaged, "the header of this \(format.rawValue.uppercased()) picture is damaged or cut short")
        }
        self.format = format
        width = size.width
        height = size.height
        isAnimated = Self.announcesFrames(bytes, format)
    }
}

// The four layouts. Each returns nil when the bytes end too early or contradict the format.
extension PictureHeader {
    /// PNG, third edition, 11.2.1: the IHDR chunk comes first.
    private static func pngSize(_ bytes: [UInt8]) -> (width: Int, height: Int)? {
        guard bytes.count >= 33, bytes.bigEndian(at: 8, count: 4) == 13, bytes[12..<16].elementsEqual("IHDR".utf8) else { return nil }
        return (bytes.bigEndian(at: 16, count: 4), bytes.bigEndian(at: 20, count: 4))
    }

    /// GIF89a, section 18: the logical screen.
    private static func gifSize(_ bytes: [UInt8]) -> (width: Int, height: Int)? {
        guard bytes.count >= 13 else { return nil }
        return (bytes.littleEndian(at: 6, count: 2), bytes.littleEndian(at: 8, count: 2))
    }

    /// RFC 9649: the first chunk is `VP8 ` (lossy), `VP8L` (lossless) or `VP8X` (extended).
    private static func webpSize(_ bytes: [UInt8]) -> (width: Int, height: Int)? {
        guard bytes.count >= 30 else { return nil }
        switch String(decoding: bytes[12..<16], as: UTF8.self) {
        case "VP8 ":
            guard bytes[23] == 0x9D, bytes[24] == 0x01, bytes[25] == 0x2A else { return nil }
            return (bytes.littleEndian(at: 26, count: 2) & 0x3FFF, bytes.littleEndian(at: 28, count: 2) & 0x3FFF)
        case "VP8L":
            guard bytes[20] == 0x2F else { return nil }
            let bits = bytes.littleEndian(at: 21, count: 4)
            return ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        case "VP8X":
            return (bytes.littleEndian(at: 24, count: 3) + 1, bytes.littleEndian(at: 27, count: 3) + 1)
        default:
            return nil
        }
    }

    /// ITU-T T.81, annex B: walks the segments to the frame header, and on through a progressive picture's scans to count them.
    private static func jpegSize(_ bytes: [UInt8], maximumScans: Int) throws(PictureError) -> (width: Int, height: Int)? {
        var size: (width: Int, height: Int)?
        var (scans, at) = (0, 2)
        while let marker = nextMarker(in: bytes, from: &at) {
            switch marker {
            case 0x01, 0xD0...0xD8: continue
            case 0xD9: return size
            default: break
            }
            guard at + 2 <= bytes.count else { return size }
            let length = bytes.bigEndian(at: at, count: 2)
            guard length >= 2 else { return size }
            if marker == 0xDA {
                scans += 1
                guard scans <= maximumScans else {
                    throw PictureError(.tooManyPixels, "this JPEG has more than \(maximumScans) scans")
                }
            } else if (0xC0...0xCF).contains(marker), ![0xC4, 0xC8, 0xCC].contains(marker), size == nil {
                guard at + 7 <= bytes.count else { return nil }
                size = (bytes.bigEndian(at: at + 5, count: 2), bytes.bigEndian(at: at + 3, count: 2))
            }
            at += length
        }
        return size
    }

    /// The next marker's code, with `at` moved behind it; skips the coded data between segments.
    private static func nextMarker(in bytes: [UInt8], from at: inout Int) -> UInt8? {
        bytes.withUnsafeBufferPointer { bytes in
            while at + 1 < bytes.count {
                if bytes[at] == 0xFF, bytes[at + 1] != 0, bytes[at + 1] != 0xFF {
                    at += 2
                    return bytes[at - 1]
                }
                at += 1
            }
            return nil
        }
    }
}

extension [UInt8] {
    /// An unsigned number; the caller has checked that the bytes are there.
    func bigEndian(at index: Int, count: Int) -> Int { self[index..<index + count].reduce(0) { $0 << 8 | Int($1) } }

    func littleEndian(at index: Int, count: Int) -> Int { self[index..<index + count].reversed().reduce(0) { $0 << 8 | Int($1) } }
}
