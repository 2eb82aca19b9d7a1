// Bytes that arrive in pieces become text of whole characters: a piece may end within one, and what is no UTF-8 at all
// becomes U+FFFD, as `String(decoding:)` has it.

struct CharacterDecoder: Sendable {
    private var held: [UInt8] = []

    /// The text that is complete now.
    mutating func feed(_ bytes: some Sequence<UInt8>) -> String {
        held += bytes
        let incomplete = Self.incompleteTail(held)
        let text = String(decoding: held.dropLast(incomplete), as: UTF8.self)
        held.removeFirst(held.count - incomplete)
        return text
    }

    /// What is left at the end: broken off characters as U+FFFD.
    mutating func finish() -> String {
        defer { held = [] }
        return String(decoding: held, as: UTF8.self)
    }

    /// How many bytes at the end may be the beginning of one character.
    private static func incompleteTail(_ bytes: [UInt8]) -> Int {
        for length in 1...3 where length <= bytes.count {
            let lead = bytes[bytes.count - length]
            if lead & 0xC0 == 0x80 { continue }
            let whole = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1
            return whole > length ? length : 0
        }
        return 0
    }
}
