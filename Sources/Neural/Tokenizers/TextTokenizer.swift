// Text to tokens and back, for language models. Two families, one merging:
//
// - byte-level (GPT-2, LLaMA 3, Qwen, SmolLM): the text is cut into words, a word into bytes, and bytes merge;
// - SentencePiece (LLaMA 1 and 2, Mistral, TinyLlama): spaces become "▁", the text is cut into characters, those merge, and a
//   character that is no token becomes its bytes <0xE2><0x96>….
//
// Read from `tokenizer.json`, `tokenizer.model`, or the metadata of a GGUF file; see the files beside this one.
import Foundation

public struct TextTokenizer: Sendable {
    enum Family: Sendable, Equatable {
        /// Rules are applied one after the other. `wholeWords`: a word that is a token is taken as it is.
        case byteLevel([WordSplitter], wholeWords: Bool)
        case sentencePiece
    }

    /// When a SentencePiece text gets a "▁" in front: never, always, or where it has none yet (only in the first text, before
    /// any added token, or in each).
    enum Prefix: Sendable { case never, always, missingFirst, missing }

    let family: Family
    /// The bytes a token stands for; for SentencePiece still with "▁".
    let pieces: [[UInt8]]
    private let tokens: [[UInt8]: Int32]
    /// Rank and result of merging two tokens, by (left << 32 | right).
    private let merges: [UInt64: Merge]
    private let tokenOfByte: [Int32?]
    private let byteOfToken: [Int32: UInt8]
    let added: AddedTokens
    var prefix = Prefix.never
    /// Words are brought to their composed form before they are cut.
    var composes = false
    /// What stands for a character that cannot be written.
    private let unknown: Int32?
    /// The token that begins a text, where the model was trained with one.
    public internal(set) var start: Int32?
    /// Whether texts that no template begins begin with ``start``.
    var addsStart = false

    struct Merge: Sendable {
        let rank: Int32
        let joined: Int32
    }

    /// - Parameters:
    ///   - pieces: the bytes of each token; empty where a number is not in use.
    ///   - merges: best first, as pairs of tokens.
    ///   - bytes: the token of each byte, for byte-level its letter and for SentencePiece its fallback.
    init(
        family: Family, pieces: [[UInt8]], merges: [(left: Int32, right: Int32, joined: Int32)], bytes: [Int32?],
        added: [AddedTokens.Token],
        unknown: Int32? = nil
    ) {
        self.family = family
        self.pieces = pieces
        self.unknown = unknown
        self.added = AddedTokens(added)
        tokenOfByte = bytes
        tokens = Dictionary(
            pieces.enumerated().lazy.filter { !$1.isEmpty }.map { ($1, Int32($0)) }, uniquingKeysWith: { first, _ in first })
        byteOfToken =
            family == .sentencePiece
            ? Dictionary(bytes.enumerated().compactMap { byte, token in token.map { ($0, UInt8(byte)) } }, uniquingKeysWith: { a, _ in a })
            : [:]
        var table: [UInt64: Merge] = [:]
        table.reserveCapacity(merges.count)
        for (rank, merge) in merges.enumerated() where table[Self.key(merge.left, merge.right)] == nil {
            table[Self.key(merge.left, merge.right)] = Merge(rank: Int32(rank), joined: merge.joined)
        }
        self.merges = table
    }

    private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    /// Tokens the model may be asked for or may write: 0 ..< count.
    public var count: Int { pieces.count }

    /// The token with this text, special ones included.
    public func token(_ text: String) -> Int32? { tokens[Array(text.utf8)] }

    /// The tokens of a text. Added tokens that are written out in it count as such: pass text from people through
    /// ``guarded(_:)`` first.
    public func encode(_ text: String) -> [Int32] {
        var result: [Int32] = []
        for (index, piece) in added.split(Array(text.utf8)).enumerated() {
            switch piece {
            case .token(let token): result.append(token)
            case .text(let bytes): encode(bytes, isFirst: index == 0, into: &result)
            }
        }
        return result
    }

    /// Text from outside, so that nothing in it can be taken for an added token.
    public func guarded(_ text: String) -> String { added.guarded(text) }

    private func encode(_ bytes: [UInt8], isFirst: Bool, into result: inout [Int32]) {
        var text = String(decoding: bytes, as: UTF8.self)
        if composes { text = text.precomposedStringWithCanonicalMapping }
        switch family {
        case .sentencePiece:
            var scalars = text.unicodeScalars.map { $0 == " " ? Self.spaceMark : $0 }
            let isMissing = scalars.first != Self.spaceMark && (prefix == .missing || prefix == .missingFirst && isFirst)
            if prefix == .always || isMissing { scalars.insert(Self.spaceMark, at: 0) }
            result += merged(characters(scalars))
        case .byteLevel(let splitters, let wholeWords):
            var words = [Array(text.unicodeScalars)[...]]
            for splitter in splitters { words = words.flatMap { splitter.split(Array($0)) } }
            for word in words {
                let bytes = word.flatMap { UTF8.encode($0).map(Array.init) ?? [] }
                if wholeWords, let token = tokens[bytes] {
                    result.append(token)
                } else {
                    result += merged(bytes.compactMap { tokenOfByte[Int($0)] ?? unknown })
                }
            }
        }
    }

    private static let spaceMark: Unicode.Scalar = "\u{2581}"

    private func characters(_ text: [Unicode.Scalar]) -> [Int32] {
        var result: [Int32] = []
        for scalar in text {
            let bytes = UTF8.encode(scalar).map(Array.init) ?? []
            if let token = tokens[bytes] {
                result.append(token)
            } else {
                let fallback = bytes.compactMap { tokenOfByte[Int($0)] }
                if fallback.count == bytes.count {
                    result += fallback
                } else if let unknown {
                    result.append(unknown)
                }
            }
        }
        return result
    }

    private func merged(_ symbols: [Int32]) -> [Int32] {
        BytePairMerger.merge(symbols) { left, right in
            merges[Self.key(left, right)].map { (Int($0.rank), $0.joined) }
        }
    }

    /// The bytes a token adds to a text; none for special ones.
    public func bytes(of token: Int32) -> [UInt8] {
        guard pieces.indices.contains(Int(token)), !added.special.contains(token) else { return [] }
        if let byte = byteOfToken[token] { return [byte] }
        let piece = pieces[Int(token)]
        guard family == .sentencePiece else { return piece }
        var text = ""
        text.unicodeScalars.append(
            contentsOf: String(decoding: piece, as: UTF8.self).unicodeScalars.map { $0 == Self.spaceMark ? " " : $0 })
        return Array(text.utf8)
    }

    /// The text of some tokens, as a continuation: a space at its beginning stays. Special tokens are left out.
    public func decode(_ tokens: some Sequence<Int32>) -> String {
        String(decoding: tokens.flatMap(bytes(of:)), as: UTF8.self)
    }
}
