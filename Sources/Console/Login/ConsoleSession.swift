import Crypto
import Foundation
import HTTPTypes
import Support
import Synchronization

/// Who is logged in to the console, as the cookie says.
public struct ConsoleSession: Sendable, Hashable {
    static let cookie = "troupe_session"
    /// How long it lasts without a new login.
    static let lifetime: Duration = .seconds(7 * 86_400)

    /// The cookie's value; never stored, only its digest.
    let token: String

    /// Who logged in with Discord; nil for who came by a link.
    let person: UInt64?

    init(token: String, person: UInt64? = nil) {
        self.token = token
        self.person = person
    }

    static func new(_ randomness: () -> UInt64) -> ConsoleSession {
        ConsoleSession(token: (0..<4).map { _ in String(randomness(), radix: 36) }.joined(separator: "-"))
    }

    var digest: [UInt8] { Self.digest(token) }

    /// What is stored of a ticket or a session.
    public static func digest(_ text: String) -> [UInt8] { Array(SHA256.hash(data: Data(text.utf8))) }

    /// What every form of this session carries, so that no other page can send it. Not the cookie, and not to be computed without it.
    var proof: String { Self.digest("form:" + token).prefix(16).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() }

    /// The hidden field with the proof.
    var field: HTML { "<input type=\"hidden\" name=\"proof\" value=\"\(proof)\">" }

    static func header(_ token: String, maxAge: Int, isSecure: Bool) -> String {
        "\(cookie)=\(token); Path=/; Max-Age=\(maxAge); HttpOnly; SameSite=Strict" + (isSecure ? "; Secure" : "")
    }
}

/// Whose session it is.
public struct SessionOwner: Sendable, Hashable {
    /// Nil for who came by a link.
    public var person: UInt64?

    public init(person: UInt64?) { self.person = person }
}

/// Keeps who may see the console: one-time tickets and sessions, both only as SHA-256 digests.
public protocol ConsoleLogins: Sendable {
    /// Takes a ticket: true exactly once, until it expires.
    func take(ticket digest: [UInt8], at now: Timestamp) async throws -> Bool
    /// - Parameter person: who logged in with Discord; nil for who came by a link.
    func open(session digest: [UInt8], by person: UInt64?, until: Timestamp, at now: Timestamp) async throws
    /// - Returns: nil for a session that is not open, or not any more.
    func owner(ofSession digest: [UInt8], at now: Timestamp) async throws -> SessionOwner?
    func close(session digest: [UInt8]) async throws
}

/// At most so many attempts in a minute, whoever tries: a guess at a ticket of 128 bits needs more.
final class AttemptLimit: Sendable {
    private let attempts = Mutex<[Timestamp]>([])
    let limit: Int

    init(_ limit: Int) { self.limit = limit }

    static let problem = Problem(.tooManyRequests, "Too many attempts; wait a minute.", headers: [.retryAfter: "60"])

    func admits(at now: Timestamp) -> Bool {
        attempts.withLock { attempts in
            attempts.removeAll { now - $0 >= .seconds(60) }
            guard attempts.count < limit else { return false }
            attempts.append(now)
            return true
        }
    }
}
