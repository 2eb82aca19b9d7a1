// `tokenizer.model`, SentencePiece's own format (a protocol buffer): pieces with scores. Only its BPE type is read. There are
// no rules in it; the pair whose joined piece has the best score merges first.
import Foundation

/// A piece as SentencePiece and GGUF list it.
struct ScoredPiece: Sendable {
    /// The numbers of sentencepiece_model.proto.
    enum Kind: Int, Sendable {
        case normal = 1
        case unknown, control, userDefined, unused, byte
    }

    var text: [UInt8]
    var score: Float
    var kind: Kind
}

extension TextTokenizer {
    init(sentencePiece path: String, vocabularySize: Int) throws(CheckpointError) {
        let file = try MappedFile(path: path)
        guard file.bytes.count <= Self.fileLimit else {
            throw CheckpointError(.outOfBounds, file: path, "is larger than \(Self.fileLimit) bytes")
        }
        let model = try withExtendedLifetime(file) { () throws(CheckpointError) in try SentencePieceFile(file) }
        guard model.isBytePair else { throw CheckpointError(.unsupported, file: path, "is not of SentencePiece's type BPE") }
        guard model.pieces.count <= vocabularySize else {
            throw CheckpointError(
                .outOfBounds, file: path, "has \(model.pieces.count) pieces, more than the vocabulary of \(vocabularySize)")
        }
        self.init(pieces: model.pieces, addsPrefix: model.addsPrefix)
        start = model.start
        addsStart = start != nil
    }

    init(pieces: [ScoredPiece], addsPrefix: Bool) {
        let tokens = Dictionary(
            pieces.enumerated().lazy.filter { $1.kind == .normal }.map { ($1.text, Int32($0)) }, uniquingKeysWith: { first, _ in first })
        var merges: [(left: Int32, right: Int32, joined: Int32)] = []
        let order = pieces.indices.filter { pieces[$0].kind == .normal }.sorted {
            (-pieces[$0].score, $0) < (-pieces[$1].score, $1)
        }
        for index in order {
            let text = pieces[index].text
            for cut in 1..<max(text.count, 1) where text[cut] & 0xC0 != 0x80 {
                guard let left = tokens[Array(text[..<cut])], let right = tokens[Array(text[cut...])] else { continue }
                merges.append((left, right, Int32(index)))
            }
        }
        var bytes = [Int32?](repeating: nil, count: 256)
        for (index, piece) in pieces.enumerated() where piece.kind == .byte && piece.text.count == 6 {
            if let byte = UInt8(String(decoding: piece.text[3..<5], as: UTF8.self), radix: 16) { bytes[Int(byte)] = Int32(index) }
        }
        let added = pieces.enumerated().filter { $1.kind == .control || $1.kind == .userDefined || $1.kind == .unknown }.map {
            AddedTokens.Token(bytes: $1.text, id: Int32($0), isSpecial: $1.kind != .userDefined)
        }
        self.init(
            family: .sentencePiece, pieces: pieces.map(\.text), merges: merges, bytes: bytes, added: added,
            unknown: pieces.firstIndex { $0.kind == .unknown }.map { Int32($0) })
        prefix = addsPrefix ? .always : .never
    }
}

/// The few fields of sentencepiece_model.proto that matter: pieces = 1, trainer_spec = 2 (model_type = 3, bos_id = 41),
/// normalizer_spec = 3 (add_dummy_prefix = 3).
private struct SentencePieceFile {
    private(set) var pieces: [ScoredPiece] = []
    private(set) var isBytePair = false
    private(set) var addsPrefix = true
    private(set) var start: Int32? = 1

    init(_ file: MappedFile) throws(CheckpointError) {
        let fault = CheckpointError(.malformed, file: file.path, "is not a SentencePiece model")
        guard let fields = ProtocolBuffer.fields(file.bytes) else { throw fault }
        for field in fields {
            guard case .bytes(let inner) = field.value else { continue }
            guard let parts = ProtocolBuffer.fields(inner) else { throw fault }
            switch field.number {
            case 1:
                var piece = ScoredPiece(text: [], score: 0, kind: .normal)
                for part in parts {
                    switch (part.number, part.value) {
                    case (1, .bytes(let text)): piece.text = Array(text)
                    case (2, .fixed(let bits)): piece.score = Float(bitPattern: bits)
                    case (3, .varint(let kind)): piece.kind = ScoredPiece.Kind(rawValue: Int(truncatingIfNeeded: kind)) ?? .unused
                    default: break
                    }
                }
                pieces.append(piece)
            case 2:
                for part in parts {
                    switch (part.number, part.value) {
                    case (3, .varint(let type)): isBytePair = type == 2
                    case (41, .varint(let id)): start = Int64(bitPattern: id) < 0 ? nil : Int32(truncatingIfNeeded: id)
                    default: break
                    }
                }
            case 3:
                for part in parts { if case (3, .varint(let flag)) = (part.number, part.value) { addsPrefix = flag != 0 } }
            default: break
            }
        }
        if let start, !pieces.indices.contains(Int(start)) { self.start = nil }
    }
}

/// Protocol buffers, as far as they are needed: a run of numbered fields.
private enum ProtocolBuffer {
    enum Value {
        case varint(UInt64)
        case fixed(UInt32)
        case bytes(UnsafeRawBufferPointer)
        case other
    }

    /// nil if the bytes are no run of fields.
    static func fields(_ bytes: UnsafeRawBufferPointer) -> [(number: Int, value: Value)]? {
        var result: [(number: Int, value: Value)] = []
        var at = 0
        func varint() -> UInt64? {
            var value: UInt64 = 0
            for shift in stride(from: UInt64(0), to: 64, by: 7) {
                guard at < bytes.count else { return nil }
                let byte = bytes[at]
                at += 1
                value |= UInt64(byte & 0x7F) << shift
                if byte < 0x80 { return value }
            }
            return nil
        }
        func skip(_ count: Int) -> UnsafeRawBufferPointer? {
            guard count >= 0, count <= bytes.count - at else { return nil }
            defer { at += count }
            return UnsafeRawBufferPointer(rebasing: bytes[at..<(at + count)])
        }
        while at < bytes.count {
            guard let key = varint() else { return nil }
            let number = Int(truncatingIfNeeded: key >> 3)
            switch key & 7 {
            case 0:
                guard let value = varint() else { return nil }
                result.append((number, .varint(value)))
            case 1:
                guard skip(8) != nil else { return nil }
                result.append((number, .other))
            case 2:
                guard let length = varint(), length <= UInt64(bytes.count), let inner = skip(Int(length)) else { return nil }
                result.append((number, .bytes(inner)))
            case 5:
                guard let four = skip(4) else { return nil }
                result.append((number, .fixed(UInt32(littleEndian: four.loadUnaligned(as: UInt32.self)))))
            default: return nil
            }
        }
        return result
    }
}
