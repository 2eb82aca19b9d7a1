// Whether a picture moves, told without decoding it. What is damaged counts as still.
extension PictureHeader {
    static func announcesFrames(_ bytes: [UInt8], _ format: PictureFormat) -> Bool {
        switch format {
        case .jpeg: false
        case .png: hasAnimationChunk(bytes)
        // RFC 9649, 2.7.1: the animation bit of the extended header.
        case .webp: bytes.count >= 21 && bytes[12..<16].elementsEqual("VP8X".utf8) && bytes[20] & 0x02 != 0
        case .gif: hasSecondImage(bytes)
        }
    }

    /// PNG, third edition, 11.3.6.1: `acTL` stands before the first `IDAT`, and says how many frames there are.
    private static func hasAnimationChunk(_ bytes: [UInt8]) -> Bool {
        var at = 8
        while at + 12 <= bytes.count {
            let length = bytes.bigEndian(at: at, count: 4)
            if bytes[(at + 4)..<(at + 8)].elementsEqual("IDAT".utf8) { return false }
            if bytes[(at + 4)..<(at + 8)].elementsEqual("acTL".utf8) {
                return length == 8 && at + 12 <= bytes.count && bytes.bigEndian(at: at + 8, count: 4) > 1
            }
            guard length <= bytes.count - at - 12 else { return false }
            at += 12 + length
        }
        return false
    }

    /// GIF89a, sections 15 to 26: walks the blocks to a second image descriptor.
    private static func hasSecondImage(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 13 else { return false }
        var (at, images) = (13 + tableSize(bytes[10]), 0)
        func skipSubBlocks() {
            while at < bytes.count, bytes[at] != 0 { at += 1 + Int(bytes[at]) }
            at += 1
        }
        while at < bytes.count {
            switch bytes[at] {
            case 0x21:
                at += 2
                skipSubBlocks()
            case 0x2C:
                images += 1
                guard images < 2 else { return true }
                guard at + 10 < bytes.count else { return false }
                at += 11 + tableSize(bytes[at + 9])
                skipSubBlocks()
            default: return false
            }
        }
        return false
    }

    /// Bytes of the colour table that a packed field announces.
    private static func tableSize(_ packed: UInt8) -> Int { packed & 0x80 == 0 ? 0 : 3 << (Int(packed & 0x07) + 1) }
}
