// The text tokenizer of DALL·E mini: emoji become words, letters become lower-case ASCII, each word is a space mark followed
// by letters, and the best-ranked neighbours merge until no rule applies. Same tokens as min-dalle's text_tokenizer.py.
import Foundation

struct BytePairTokenizer: Sendable {
    /// Bytes; longer prompts are refused by `DalleMini`.
    static let promptLimit = 20_000
    /// Letters of a word that are looked at: no model reads that far.
    static let wordLimit = 1_000

    private struct Pair: Hashable {
        let left: String
        let right: String
    }

    private let tokenOfPiece: [String: Int32]
    private let rankOfPair: [Pair: Int]
    let start: Int32
    let end: Int32
    private let unknown: Int32

    /// Reads vocab.json (piece to token) and merges.txt (a title line, then a pair a line, best first).
    init(vocabularyPath: String, mergesPath: String, vocabularySize: Int) throws(CheckpointError) {
        guard let vocabulary = try SettingsFile.json(vocabularyPath) as? [String: Int] else {
            throw CheckpointError(.malformed, file: vocabularyPath, offset: 0, "is not an object from pieces to whole numbers")
        }
        for (piece, token) in vocabulary where token < 0 || token >= vocabularySize {
            throw CheckpointError(
                .outOfBounds, file: vocabularyPath, item: String(piece.prefix(40)),
                "the token \(token) is outside the vocabulary of \(vocabularySize)")
        }
        tokenOfPiece = vocabulary.mapValues { Int32($0) }
        func special(_ piece: String) throws(CheckpointError) -> Int32 {
            guard let token = vocabulary[piece] else {
                throw CheckpointError(.malformed, file: vocabularyPath, item: piece, "the token is missing")
            }
            return Int32(token)
        }
        start = try special("<s>")
        end = try special("</s>")
        unknown = try special("<unk>")

        let file = try MappedFile(path: mergesPath)
        guard file.bytes.count <= SettingsFile.sizeLimit else {
            throw CheckpointError(.outOfBounds, file: mergesPath, "is larger than \(SettingsFile.sizeLimit) bytes")
        }
        guard let text = withExtendedLifetime(file, { String(validating: file.bytes, as: UTF8.self) }) else {
            throw CheckpointError(.malformed, file: mergesPath, "is not UTF-8 text")
        }
        var ranks: [Pair: Int] = [:]
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (rank, line) in lines.dropFirst().dropLast().enumerated() {
            let pieces = line.split(whereSeparator: \.isWhitespace)
            guard pieces.count == 2 else { continue }  // never matches a pair
            ranks[Pair(left: String(pieces[0]), right: String(pieces[1]))] = rank
        }
        rankOfPair = ranks
    }

    /// `<s>`, the prompt's tokens, `</s>`; all of them, or the first `limit`.
    func tokenize(_ text: String, limit: Int = .max) -> [Int32] {
        var tokens = [start]
        for word in Self.normalise(text).split(separator: UInt8(ascii: " ")) where tokens.count < limit {
            tokens += pieces(of: word).map { tokenOfPiece[$0] ?? unknown }
        }
        tokens.append(end)
        return Array(tokens.prefix(limit))
    }

    /// Emoji spelled out, lower case, ASCII only.
    static func normalise(_ text: String) -> [UInt8] {
        EmojiNames.spellOut(text).unicodeScalars.flatMap { scalar in
            scalar.properties.lowercaseMapping.unicodeScalars.filter(\.isASCII).map { UInt8($0.value) }
        }
    }

    /// Merges the best-ranked neighbours, the leftmost of equals, until none has a rank.
    private func pieces(of word: ArraySlice<UInt8>) -> [String] {
        BytePairMerger.merge(["\u{0120}"] + word.prefix(Self.wordLimit).map { String(Unicode.Scalar($0)) }) { left, right in
            rankOfPair[Pair(left: left, right: right)].map { ($0, left + right) }
        }
    }
}
