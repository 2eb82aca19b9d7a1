import Crypto
import Foundation
import Support

/// What the shop writes down outside of itself, in browsers and at the payment service, sealed so that nobody else can make it: who is
/// logged in, which login was begun here, who buys. Pure.
struct ShopSeal: Sendable {
    /// What a sealed text is for; one is never good as another.
    enum Purpose: String {
        case session, login, buyer
    }

    private let key: SymmetricKey

    init(secret: Secret) { key = SymmetricKey(data: SHA256.hash(data: Data("troupe shop 1:\(secret.reveal())".utf8))) }

    /// - Parameter value: letters, digits and `-`.
    func seal(_ value: String, for purpose: Purpose) -> String { "\(value)_\(code(value, purpose))" }

    /// The value; nil for what this key did not seal for this purpose.
    func open(_ text: String, for purpose: Purpose) -> String? {
        guard text.utf8.count <= 300, let end = text.lastIndex(of: "_") else { return nil }
        let value = String(text[..<end])
        let (given, right) = (Array(text[text.index(after: end)...].utf8), Array(code(value, purpose).utf8))
        guard given.count == right.count, zip(given, right).reduce(0, { $0 | ($1.0 ^ $1.1) }) == 0 else { return nil }
        return value
    }

    private func code(_ value: String, _ purpose: Purpose) -> String {
        HMAC<SHA256>.authenticationCode(for: Data("\(purpose.rawValue):\(value)".utf8), using: key).prefix(16)
            .map { String(UInt16($0) + 256, radix: 16).dropFirst() }.joined()
    }

    // MARK: Who and until when

    /// A person who is logged in for a while.
    func session(_ person: DiscordPerson, until: Timestamp) -> String {
        let name = person.name.utf8.prefix(64).map { String(UInt16($0) + 256, radix: 16).dropFirst() }.joined()
        return seal("\(person.id)-\(until.millisecondsSinceEpoch)-\(name)", for: .session)
    }

    func person(ofSession text: String, at now: Timestamp) -> DiscordPerson? {
        let parts = open(text, for: .session)?.split(separator: "-", omittingEmptySubsequences: false) ?? []
        guard parts.count == 3, let id = UInt64(parts[0]), let until = Int64(parts[1]), until > now.millisecondsSinceEpoch else {
            return nil
        }
        let digits = Array(parts[2].utf8)
        let name = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16)
        }
        return DiscordPerson(id: id, name: String(decoding: name, as: UTF8.self))
    }

    /// What the payment service hands back with the payment: at most 200 letters, digits, `-` and `_`.
    func reference(to user: UInt64) -> String { seal(String(user), for: .buyer) }

    func buyer(_ reference: String) -> UInt64? { open(reference, for: .buyer).flatMap { UInt64($0) } }
}
