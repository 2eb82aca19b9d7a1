import Crypto

/// Makes interaction tokens, session ids and CDN signatures from one seed: strangers cannot guess them, tests get the same each run.
struct TokenMint: Sendable {
    private let key: SymmetricKey
    private var count: UInt64 = 0

    init(seed: UInt64) { key = SymmetricKey(data: SHA256.hash(data: Array("emulator \(seed)".utf8))) }

    /// 64 characters which are safe in an address.
    mutating func next(_ kind: String) -> String {
        count += 1
        return HMAC<SHA256>.authenticationCode(for: Array("\(kind) \(count)".utf8), using: key).map(Self.hex).joined()
    }

    /// The `hm` of a CDN address.
    func signature(of path: String, expires: String, issued: String) -> String {
        HMAC<SHA256>.authenticationCode(for: Array("\(path)?ex=\(expires)&is=\(issued)".utf8), using: key).map(Self.hex).joined()
    }

    private static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.utf8.count == 1 ? "0" + digits : digits
    }
}
