// Tokens that are written out in the text: <|im_end|>, </s>, …. They are cut out before anything else looks at the text, the
// longest where several fit.
//
// What people write must never become such a token: a guest who types <|im_end|> would end their own message. So text from
// people goes through `guarded` before it is put into a template; the mark it leaves keeps the words apart from the token and
// is taken out again when the text is cut into pieces.

struct AddedTokens: Sendable {
    struct Token: Sendable {
        let bytes: [UInt8]
        let id: Int32
        /// Swallows the space on its left or right.
        var stripsLeft = false
        var stripsRight = false
        /// Whether it is left out when tokens become text.
        var isSpecial = true
    }

    /// U+FDD0, which is no character and never will be one.
    static let mark: [UInt8] = [0xEF, 0xB7, 0x90]

    /// By first byte, longest first.
    private let tokens: [UInt8: [Token]]
    let special: Set<Int32>

    init(_ list: [Token]) {
        let list = list.filter { !$0.bytes.isEmpty }
        tokens = Dictionary(grouping: list) { $0.bytes[0] }.mapValues { $0.sorted { $0.bytes.count > $1.bytes.count } }
        special = Set(list.filter(\.isSpecial).map(\.id))
    }

    enum Piece: Equatable {
        case text([UInt8])
        case token(Int32)
    }

    /// Cuts a text at its added tokens. Marks are taken out of the texts between.
    func split(_ text: [UInt8]) -> [Piece] {
        var pieces: [Piece] = []
        var plain: [UInt8] = []
        func flush() {
            let clean = Self.withoutMarks(plain)
            if !clean.isEmpty { pieces.append(.text(clean)) }
            plain = []
        }
        var at = 0
        while at < text.count {
            guard let token = match(text, at) else {
                plain.append(text[at])
                at += 1
                continue
            }
            if token.stripsLeft { while let last = plain.last, Self.isSpace(last) { plain.removeLast() } }
            flush()
            pieces.append(.token(token.id))
            at += token.bytes.count
            if token.stripsRight { while at < text.count, Self.isSpace(text[at]) { at += 1 } }
        }
        flush()
        return pieces
    }

    /// The text, so that no part of it is read as an added token.
    func guarded(_ text: String) -> String {
        let bytes = Self.withoutMarks(Array(text.utf8))
        guard bytes.contains(where: { tokens[$0] != nil }) else { return String(decoding: bytes, as: UTF8.self) }
        var result: [UInt8] = []
        for at in bytes.indices {
            // Before the last byte of every token that would end here: what comes after cannot complete one either.
            if Self.startsCharacter(bytes[at]), completes(bytes, at) { result += Self.mark }
            result.append(bytes[at])
        }
        return String(decoding: result, as: UTF8.self)
    }

    private func match(_ text: [UInt8], _ at: Int) -> Token? {
        tokens[text[at]]?.first { $0.bytes.count <= text.count - at && text[at..<(at + $0.bytes.count)].elementsEqual($0.bytes) }
    }

    /// Whether the character that begins here lies within some token of the text, but is not its first.
    private func completes(_ text: [UInt8], _ at: Int) -> Bool {
        let longest = tokens.values.joined().reduce(0) { max($0, $1.bytes.count) }
        return (max(at - longest, 0)..<at).contains { start in
            tokens[text[start]]?.contains {
                start + $0.bytes.count > at && $0.bytes.count <= text.count - start
                    && text[start..<(start + $0.bytes.count)].elementsEqual($0.bytes)
            } ?? false
        }
    }

    private static func startsCharacter(_ byte: UInt8) -> Bool { byte & 0xC0 != 0x80 }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private static func withoutMarks(_ text: [UInt8]) -> [UInt8] {
        guard text.contains(mark[0]) else { return text }
        var result: [UInt8] = []
        var at = 0
        while at < text.count {
            if text[at] == mark[0], at + 3 <= text.count, text[at..<(at + 3)].elementsEqual(mark) {
                at += 3
            } else {
                result.append(text[at])
                at += 1
            }
        }
        return result
    }
}
