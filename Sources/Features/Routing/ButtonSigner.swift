import Crypto
import Foundation
import Support

/// What a button, select menu or form of ours does. Stateless: everything it needs is in its `custom_id`.
struct ButtonID: Sendable, Hashable {
    /// Each feature names its own, in its folder: painting from 1, chat from 32, credits from 64, seeing from 96, clones from 128,
    /// settings from 160. Numbers are never used again for something else, since old messages keep their buttons.
    struct Action: RawRepresentable, Sendable, Hashable {
        let rawValue: UInt8
    }

    var action: Action
    /// The request that the button belongs to.
    var requestID: RequestID
    /// Which picture, from 0; 0 where it means nothing.
    var index: UInt8 = 0
    /// The user who asked: some buttons are theirs alone.
    var owner: UInt64
    /// What else the feature wants to know again, for instance the words of a search: at most ``noteLimit`` bytes.
    var note: String = ""

    /// Bytes of UTF-8 that fit into a `custom_id` beside the rest.
    static let noteLimit = 38
}

/// Writes and reads the `custom_id` of buttons, sealed so that nobody can make one up.
///
/// 18 bytes of meaning, a note, and 16 bytes of HMAC-SHA256, in base64url behind a version: 48 characters without a note, and
/// never more than the 100 that Discord allows. The key is the operator's and outlives restarts, so buttons work for as long as their message does.
struct ButtonSigner: Sendable {
    private static let version = "t1"
    private static let sealLength = 16
    private let key: SymmetricKey

    init(secret: Secret) { key = SymmetricKey(data: SHA256.hash(data: Data("troupe buttons 1:\(secret.reveal())".utf8))) }

    /// A note that is too long is cut.
    func customID(_ button: ButtonID) -> String {
        let body =
            [button.action.rawValue, button.index] + Self.bytes(of: button.requestID.rawValue) + Self.bytes(of: button.owner)
            + Self.cut(button.note)
        return Self.version + Self.base64URL(body + seal(body))
    }

    /// - Returns: nil for anything that this key did not seal.
    func read(_ customID: String) -> ButtonID? {
        guard customID.hasPrefix(Self.version), customID.utf8.count <= 100,
            let bytes = Self.bytes(base64URL: String(customID.dropFirst(Self.version.count))), bytes.count >= 18 + Self.sealLength
        else { return nil }
        let body = Array(bytes.dropLast(Self.sealLength))
        // Every byte is compared, so that the time taken tells nothing.
        guard zip(seal(body), bytes.suffix(Self.sealLength)).reduce(0, { $0 | ($1.0 ^ $1.1) }) == 0 else { return nil }
        return ButtonID(
            action: ButtonID.Action(rawValue: body[0]), requestID: RequestID(Self.number(body[2..<10])), index: body[1],
            owner: Self.number(body[10..<18]), note: String(decoding: body[18...], as: UTF8.self))
    }

    private func seal(_ body: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: body, using: key).prefix(Self.sealLength))
    }

    /// As many whole characters as fit.
    private static func cut(_ note: String) -> [UInt8] {
        var (kept, count) = ("", 0)
        for character in note {
            count += character.utf8.count
            if count > ButtonID.noteLimit { break }
            kept.append(character)
        }
        return Array(kept.utf8)
    }

    private static func bytes(of value: UInt64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * $0)) } }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }

    private static func base64URL(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    private static func bytes(base64URL text: String) -> [UInt8]? {
        let padded = text.replacing("-", with: "+").replacing("_", with: "/") + String(repeating: "=", count: (4 - text.count % 4) % 4)
        return Data(base64Encoded: padded).map(Array.init)
    }
}
