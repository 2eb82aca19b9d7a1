/// Reads JSON texts eight bytes at a time.
public enum JSONWords {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    /// Walks to the next quote, backslash or control character and says which it is.
    ///
    /// - Parameters:
    ///   - text: eight zeros follow its end, which are control characters.
    ///   - seen: of all bytes walked over, the bits that one of them had.
    @inline(__always)
    static func step(_ text: UnsafeMutablePointer<UInt8>, _ at: inout Int, _ seen: inout UInt64) -> UInt8 {
        while true {
            let word = UnsafeRawPointer(text + at).loadUnaligned(as: UInt64.self).littleEndian
            let found = special(in: word)
            if found == 0 {
                seen |= word
                at += 8
                continue
            }
            let bytes = found.trailingZeroBitCount >> 3
            if bytes > 0 { seen |= word & (UInt64.max >> (64 - UInt64(bytes) * 8)) }
            at += bytes
            return text[at]
        }
    }

    /// Whether any byte was beyond ASCII.
    @inline(__always)
    static func hasHighBit(_ seen: UInt64) -> Bool { seen & highs != 0 }

    /// The high bit of the first byte that is a quote, a backslash or a control character, and of some after it; 0 if none is.
    @inline(__always)
    private static func special(in word: UInt64) -> UInt64 {
        let quotes = word ^ (ones &* 0x22)
        let slashes = word ^ (ones &* 0x5C)
        return (((quotes &- ones) & ~quotes) | ((slashes &- ones) & ~slashes) | ((word &- (ones &* 0x20)) & ~word)) & highs
    }

    /// The first quote or backslash at or after `start`, or the count if there is none. For text that nothing follows.
    @inlinable
    public static func nextQuoteOrBackslash(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var at = start
        while at + 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self).littleEndian
            let quotes = word ^ 0x2222_2222_2222_2222
            let slashes = word ^ 0x5C5C_5C5C_5C5C_5C5C
            let one: UInt64 = 0x0101_0101_0101_0101
            let found = (((quotes &- one) & ~quotes) | ((slashes &- one) & ~slashes)) & 0x8080_8080_8080_8080
            if found != 0 { return at + found.trailingZeroBitCount >> 3 }
            at += 8
        }
        while at < bytes.count, bytes[at] != 0x22, bytes[at] != 0x5C { at += 1 }
        return at
    }
}
