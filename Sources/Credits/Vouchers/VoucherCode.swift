import Crypto

/// What a person types to get credits: `TRPE-0K3F-9T2A-…`, 128 random bits and two characters that tell a slip of the pen from
/// a code.
///
/// Only the hash of a code is stored. A code is shown once, by ``reveal()``, when it is made.
public struct VoucherCode: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    private enum Form: Hashable {
        /// 28 values 0…31.
        case own([UInt8])
        /// The id of a voucher of the service that came before: a UUID in small letters.
        case older(String)
    }

    private let form: Form

    /// Makes a new code.
    /// - Parameter randomness: 64 bits no one can guess, and others with each call.
    public init(randomness: () -> UInt64) {
        let (high, low) = (randomness(), randomness())
        // 128 bits are 26 values of 5 bits, of which the first has 3.
        let values = (0..<26).map { place -> UInt8 in
            let shift = 125 - 5 * place
            if shift >= 64 { return UInt8(high >> UInt64(shift - 64) & 31) }
            let bits = shift > 59 ? low >> UInt64(shift) | high << UInt64(64 - shift) : low >> UInt64(shift)
            return UInt8(bits & 31)
        }
        form = .own(values + Checksum.of(values))
    }

    /// Reads what a person typed: any case, with or without dashes and spaces, O for 0, I and L for 1.
    ///
    /// - Throws: ``CreditError`` with the code `badVoucher` for anything that cannot be a code; nothing needs to be looked up
    ///   for that.
    public init(parsing text: String) throws(CreditError) {
        guard text.utf8.count <= 200 else { throw CreditError(.badVoucher, "this is too long for a voucher code") }
        if let uuid = Self.uuid(text) {
            form = .older(uuid)
            return
        }
        var letters = Array(text.uppercased().utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: " ") })
        if letters.starts(with: Self.prefix.utf8) { letters.removeFirst(Self.prefix.utf8.count) }
        guard letters.count == 28 else {
            throw CreditError(.badVoucher, "a voucher code has \(Self.prefix) and 28 letters and digits, this one has \(letters.count)")
        }
        var values: [UInt8] = []
        for letter in letters {
            guard let value = Base32.value(of: letter) else {
                throw CreditError(.badVoucher, "there is a character in this code that no voucher code has")
            }
            values.append(value)
        }
        guard values[0] < 8, Checksum.of(Array(values.prefix(26))) == Array(values.suffix(2)) else {
            throw CreditError(.badVoucher, "this voucher code has a typing error: please compare it with the original")
        }
        form = .own(values)
    }

    static let prefix = "TRPE"

    /// The code as people write it.
    public func reveal() -> String {
        switch form {
        case .older(let uuid): return uuid
        case .own(let values):
            let letters = Base32.text(values)
            return stride(from: 0, to: letters.count, by: 4).reduce(Self.prefix) { text, start in
                text + "-" + String(letters.dropFirst(start).prefix(4))
            }
        }
    }

    /// What is stored: SHA-256 of the code's one spelling.
    var hash: [UInt8] { Array(SHA256.hash(data: Array("troupe voucher 1 \(reveal())".utf8))) }

    private static func uuid(_ text: String) -> String? {
        let small = text.lowercased().filter { $0 != " " }
        let parts = small.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [8, 4, 4, 4, 12],
            small.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) || $0 == 0x2D })
        else { return nil }
        return small
    }

    public var description: String { "<voucher code>" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Digits and letters without those that look alike. Source: Douglas Crockford, "Base 32", crockford.com/base32.html.
private enum Base32 {
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    static func text(_ values: [UInt8]) -> String { String(decoding: values.map { alphabet[Int($0)] }, as: UTF8.self) }

    static func value(of letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "O"): 0
        case UInt8(ascii: "I"), UInt8(ascii: "L"): 1
        default: alphabet.firstIndex(of: letter).map(UInt8.init)
        }
    }
}

/// Two check values of a Reed–Solomon code over the field of 32 elements: any one or two wrong characters, and so any two that
/// changed places, are always found.
///
/// Source: I. S. Reed and G. Solomon, "Polynomial Codes over Certain Finite Fields", 1960. The field is built with
/// x⁵ + x² + 1, the generator is (x − α)(x − α²).
private enum Checksum {
    static func multiply(_ a: UInt8, _ b: UInt8) -> UInt8 {
        var (product, factor): (UInt8, UInt8) = (0, a)
        for bit in 0..<5 {
            if b >> UInt8(bit) & 1 == 1 { product ^= factor }
            factor <<= 1
            if factor & 32 != 0 { factor ^= 0b100101 }
        }
        return product
    }

    /// The remainder of values · x² by the generator x² + (α + α²)x + α³.
    static func of(_ values: [UInt8]) -> [UInt8] {
        let (first, second): (UInt8, UInt8) = (2 ^ 4, 8)
        var (high, low): (UInt8, UInt8) = (0, 0)
        for value in values {
            let feedback = value ^ high
            (high, low) = (low ^ multiply(feedback, first), multiply(feedback, second))
        }
        return [high, low]
    }
}
