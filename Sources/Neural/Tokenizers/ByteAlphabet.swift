// GPT-2's way to write bytes as letters, so that every byte has a visible one: printable Latin-1 stands for itself, the other
// 68 bytes are written as U+0100 and up. Vocabularies of byte-level tokenizers are spelled in it.

enum ByteAlphabet {
    /// The scalar that stands for each byte.
    static let scalars: [Unicode.Scalar] = {
        var next: UInt32 = 256
        return (UInt32(0)..<256).map { byte in
            switch byte {
            case 33...126, 161...172, 174...255: return Unicode.Scalar(UInt8(byte))
            default:
                defer { next += 1 }
                return Unicode.Scalar(next) ?? " "
            }
        }
    }()

    private static let bytes: [UInt32: UInt8] = Dictionary(
        uniqueKeysWithValues: scalars.enumerated().map { ($1.value, UInt8($0)) })

    /// The bytes a piece stands for; nil if it contains a letter outside the alphabet.
    static func decode(_ piece: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        for scalar in String(decoding: piece, as: UTF8.self).unicodeScalars {
            guard let byte = bytes[scalar.value] else { return nil }
            result.append(byte)
        }
        return result
    }
}
