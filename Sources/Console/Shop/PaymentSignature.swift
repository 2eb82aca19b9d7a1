import Crypto
import Foundation
import Support

/// Checks that what was posted comes from the payment service: a time and HMAC-SHA256 seals over time and body, in one header. Pure.
/// Source: Stripe, "Verify webhook signatures manually", https://docs.stripe.com/webhooks/signature
struct PaymentSignature: Sendable {
    /// Why it is not believed.
    enum Refusal: Error, Hashable {
        case malformed
        case wrong
        /// Sealed too long ago, or in the future: somebody may have kept it.
        case notNow
    }

    let secret: Secret
    /// How far the sealed time may be from now, either way.
    var tolerance: Duration = .seconds(300)

    /// - Parameters:
    ///   - header: as `t=1492774577,v1=5257a8…,v0=6ffbb5…`; one good seal of the scheme v1 is enough, since secrets are rolled.
    ///   - body: as it came, byte by byte.
    func check(header: String?, body: [UInt8], at now: Timestamp) throws(Refusal) {
        guard let header, header.utf8.count <= 4_096 else { throw .malformed }
        var (time, seals): (Int64?, [[UInt8]]) = (nil, [])
        for part in header.split(separator: ",").prefix(32) {
            let pair = part.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard pair.count == 2 else { throw .malformed }
            switch pair[0] {
            case "t": time = Int64(pair[1])
            case "v1": if let seal = Self.bytes(hex: pair[1]) { seals.append(seal) }
            default: break
            }
        }
        guard let time, (0...100_000_000_000).contains(time), !seals.isEmpty else { throw .malformed }
        var message = Data("\(time).".utf8)
        message.append(contentsOf: body)
        let key = SymmetricKey(data: Data(secret.reveal().utf8))
        // Compared by the library in a time that tells nothing.
        guard seals.contains(where: { HMAC<SHA256>.isValidAuthenticationCode($0, authenticating: message, using: key) }) else {
            throw .wrong
        }
        let age = now - Timestamp(millisecondsSinceEpoch: time * 1_000)
        guard age <= tolerance, age >= .zero - tolerance else { throw .notNow }
    }

    private static func bytes(hex: String) -> [UInt8]? {
        let digits = Array(hex.utf8)
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: 64, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index..<index + 2], as: UTF8.self), radix: 16) else { return nil }
            bytes.append(byte)
        }
        return bytes
    }
}
