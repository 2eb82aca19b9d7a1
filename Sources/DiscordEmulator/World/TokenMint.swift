import Crypto

/// Makes interaction tokens, session ids and CDN signatures from one seed: strangers cannot guess them, tests get the same each run.
struct TokenMint: Sendable {
    private let key: SymmetricKey
    /// How many were made; goes on where it stood when a world is loaded.
    var count: UInt64 = 0

    init(seed: UInt64) { key = SymmetricKey(data: SHA256.hash(data: Array("emulator \(seed)".utf8))) }

    /// 64 characters which are safe in an address.
    mutating func next(_ kind: String) -> String {
        count += 1
        return HMAC<SHA256>.authenticationCode(for: Array("\(kind) \(count)".utf8), using: key).map(Self.hex).joined()
    }

    /// 32 characters that are the same for the same name.
    func secret(of name: String) -> String {
        String(HMAC<SHA256>.authenticationCode(for: Array("secret \(name)".utf8), using: key).map(Self.hex).joined().prefix(32))
    }

    /// 32 bytes that are the same for the same name.
    func keySeed(of name: String) -> [UInt8] { Array(HMAC<SHA256>.authenticationCode(for: Array("key \(name)".utf8), using: key)) }

    /// The `hm` of a CDN address.
    func signature(of path: String, expires: String, issued: String) -> String {
        HMAC<SHA256>.authenticationCode(for: Array("\(path)?ex=\(expires)&is=\(issued)".utf8), using: key).map(Self.hex).joined()
    }

    private static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.utf8.count == 1 ? "0" + digits : digits
    }
}
