import Foundation
import HTTPTypes
import Hummingbird
public import Support
import Synchronization

/// Somebody who logged in with Discord.
public struct DiscordPerson: Sendable, Hashable {
    public var id: UInt64
    public var name: String

    public init(id: UInt64, name: String) {
        self.id = id
        self.name = name
    }
}

/// Finds out who somebody is: OAuth2's code flow with the scope `identify`.
public protocol DiscordLogin: Sendable {
    /// Where the person says yes; they come back to `redirect` with a code and the state.
    func address(redirect: String, state: String) async throws -> String
    /// - Returns: nil for a code that is not, or no longer, good.
    func person(code: String, redirect: String) async throws -> DiscordPerson?
}

/// A login with Discord as one browser goes through it: begun here, said yes to there, and back here with what it was begun with, within
/// ten minutes and once.
final class DiscordLoginFlow: Sendable {
    enum Arrival: Sendable {
        case person(DiscordPerson)
        /// Why not, for people.
        case refused(HTTPResponse.Status, String)
    }

    static let lifetime: Duration = .seconds(600)
    private static let remembered = 10_000

    private let login: any DiscordLogin
    private let seal: ShopSeal
    private let cookie: String
    private let path: String
    private let clock: any WallClock
    private let randomness: @Sendable () -> UInt64
    private let used = Mutex<[String: Timestamp]>([:])

    /// - Parameters:
    ///   - cookie: the name of what the browser keeps until it is back.
    ///   - path: for which the browser shows it.
    init(
        _ login: any DiscordLogin, seal: ShopSeal, cookie: String, path: String, clock: any WallClock,
        randomness: @escaping @Sendable () -> UInt64
    ) {
        self.login = login
        self.seal = seal
        self.cookie = cookie
        self.path = path
        self.clock = clock
        self.randomness = randomness
    }

    /// The browser keeps what it must show again with the answer, so that nobody can log it in as somebody else.
    func begin(redirect: String) async throws -> Response {
        let random = (0..<2).map { _ in String(randomness(), radix: 36) }.joined()
        let state = seal.seal("\(random)-\(clock.now().millisecondsSinceEpoch)", for: .login)
        let address = try await login.address(redirect: redirect, state: state)
        return .see(address, headers: [.setCookie: header(state, lasting: Self.lifetime, redirect: redirect)])
    }

    func arrive(_ request: Request, redirect: String) async throws -> Arrival {
        let query = request.uri.queryParameters
        guard let state = query["state"].map(String.init), state == request.cookie(named: cookie), take(state) else {
            return .refused(.badRequest, "This login was not begun in this browser, or too long ago.")
        }
        guard let code = query["code"].map(String.init), (1...500).contains(code.utf8.count) else {
            return .refused(.forbidden, "You were not logged in.")
        }
        guard let person = try await login.person(code: code, redirect: redirect) else {
            return .refused(.forbidden, "Discord does not know this login any more.")
        }
        return .person(person)
    }

    /// Takes what ``begin(redirect:)`` left with the browser from it.
    func forgetting(redirect: String) -> String { header("", lasting: .zero, redirect: redirect) }

    /// True once for a state that was made here in the last ten minutes.
    private func take(_ state: String) -> Bool {
        let now = clock.now()
        guard let made = seal.open(state, for: .login)?.split(separator: "-").last.flatMap({ Int64($0) }),
            case let age = now - Timestamp(millisecondsSinceEpoch: made), age >= .zero, age < Self.lifetime
        else { return false }
        return used.withLock { used in
            used = used.filter { now - $0.value < Self.lifetime }
            guard used[state] == nil, used.count < Self.remembered else { return false }
            used[state] = now
            return true
        }
    }

    private func header(_ value: String, lasting: Duration, redirect: String) -> String {
        "\(cookie)=\(value); Path=\(path); Max-Age=\(lasting.milliseconds / 1_000); HttpOnly; SameSite=Lax"
            + (redirect.hasPrefix("https:") ? "; Secure" : "")
    }
}

extension Request {
    func cookie(named name: String) -> String? {
        for header in headers[values: .cookie] {
            for pair in header.split(separator: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1)
                if parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == name {
                    return parts[1].trimmingCharacters(in: .whitespaces)
                }
            }
        }
        return nil
    }
}
