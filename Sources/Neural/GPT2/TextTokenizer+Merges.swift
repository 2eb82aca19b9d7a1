// GPT-2's own files: `vocab.json` (or `encoder.json`), from pieces to numbers, and `merges.txt` (or `vocab.bpe`), pairs of pieces,
// the best first.
import Foundation

extension TextTokenizer {
    /// - Parameters:
    ///   - vocabulary: the path of `vocab.json`.
    ///   - merges: the path of `merges.txt`.
    init(vocabulary path: String, merges mergesPath: String, vocabularySize: Int) throws(CheckpointError) {
        let file = try MappedFile(path: path)
        guard file.bytes.count <= Self.fileLimit else {
            throw CheckpointError(.outOfBounds, file: path, "is larger than \(Self.fileLimit) bytes")
        }
        guard let members = withExtendedLifetime(file, { JSONNode(parsing: file.bytes)?.members }) else {
            throw CheckpointError(.malformed, file: path, "is not a JSON object of pieces")
        }
        var pieces = [[UInt8]](repeating: [], count: vocabularySize)
        var tokens: [[UInt8]: Int32] = [:]
        var added: [AddedTokens.Token] = []
        for (text, node) in members {
            guard let id = node.int, (0..<vocabularySize).contains(id) else {
                throw CheckpointError(.outOfBounds, file: path, "has a piece outside the vocabulary of \(vocabularySize)")
            }
            tokens[text] = Int32(id)
            if text.starts(with: "<|".utf8), text.count > 4 {
                pieces[id] = text
                added.append(AddedTokens.Token(bytes: text, id: Int32(id), stripsLeft: false, stripsRight: false, isSpecial: true))
            } else if let bytes = ByteAlphabet.decode(text) {
                pieces[id] = bytes
            } else {
                throw CheckpointError(.malformed, file: path, "the piece \(id) has a letter that stands for no byte")
            }
        }
        self.init(
            family: .byteLevel([.gpt2], wholeWords: false), pieces: pieces, merges: try Self.merges(mergesPath, tokens),
            bytes: ByteAlphabet.scalars.map { tokens[Array(String($0).utf8)] }, added: added)
    }

    private static func merges(
        _ path: String, _ tokens: [[UInt8]: Int32]
    ) throws(CheckpointError) -> [(left: Int32, right: Int32, joined: Int32)] {
        let file = try MappedFile(path: path)
        guard file.bytes.count <= fileLimit else { throw CheckpointError(.outOfBounds, file: path, "is larger than \(fileLimit) bytes") }
        var result: [(left: Int32, right: Int32, joined: Int32)] = []
        for (number, line) in Array(file.bytes).split(separator: 0x0A).enumerated()
        where !(number == 0 && line.starts(with: "#version".utf8)) {
            let halves = line.split(separator: 0x20).map { Array($0.filter { $0 != 0x0D }) }
            guard halves.count == 2, let left = tokens[halves[0]], let right = tokens[halves[1]], let joined = tokens[halves[0] + halves[1]]
            else {
                throw CheckpointError(.malformed, file: path, item: "line \(number + 1)", "is not a pair of known pieces")
            }
            result.append((left, right, joined))
        }
        return result
    }
}
