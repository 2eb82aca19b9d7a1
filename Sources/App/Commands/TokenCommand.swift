import ArgumentParser
import Console
import Crypto
import Foundation
import Support

/// `troupe token`: who may use the HTTP service, and for what.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Make, list and revoke the tokens of the HTTP service.",
        subcommands: [Create.self, List.self, Revoke.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a token and print it, this once.")

        @Argument(help: "What the token is called, to list and revoke it.")
        var name: String

        @Option(
            help: ArgumentHelp(
                "What it is good for: \(APICaller.Scope.allCases.map(\.rawValue).joined(separator: ", ")); all, unless told.",
                valueName: "scope"))
        var scope: [String] = []

        @OptionGroup var shared: SharedOptions

        func validate() throws {
            guard (1...60).contains(name.unicodeScalars.count), name.allSatisfy({ $0.isLetter || $0.isNumber || "-_.".contains($0) }) else {
                throw ValidationError("A name has 1 to 60 letters, digits, dots, dashes and underscores.")
            }
            if let wrong = scope.first(where: { APICaller.Scope(rawValue: $0) == nil }) {
                throw ValidationError(
                    "There is no scope \"\(wrong)\"; there is \(APICaller.Scope.allCases.map(\.rawValue).joined(separator: ", ")).")
            }
        }

        func run() async throws {
            let base = try Foundations(settings: shared.settings(), logger: shared.logger())
            let bytes = (0..<4).flatMap { _ in withUnsafeBytes(of: base.randomness()) { Array($0) } }
            let token = "troupe_" + bytes.map { String($0, radix: 16).leftPadded() }.joined()
            let scopes = scope.isEmpty ? Set(APICaller.Scope.allCases) : Set(scope.compactMap(APICaller.Scope.init))
            let isNew = try await base.tables.addToken(
                named: name, digest: Array(SHA256.hash(data: Data(token.utf8))), scopes: scopes, at: base.clock.now())
            guard isNew else { throw CommandFailure("there is a token named \(name); revoke it, or choose another name") }
            print(token)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the tokens' names; the tokens themselves are not kept.")

        @Flag(help: "Print JSON.")
        var json = false
        @OptionGroup var shared: SharedOptions

        func run() async throws {
            let tokens = try await Foundations(settings: shared.settings(), logger: shared.logger()).tables.tokens()
            if json {
                print(String(decoding: try JSONEncoder().encode(tokens), as: UTF8.self))
            } else {
                for token in tokens { print("\(token.name)  \(token.revoked ? "revoked" : token.scopes.joined(separator: " "))") }
            }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a token worthless, at once.")

        @Argument(help: "The token's name.")
        var name: String
        @OptionGroup var shared: SharedOptions

        func run() async throws {
            let base = try Foundations(settings: shared.settings(), logger: shared.logger())
            guard try await base.tables.revokeToken(named: name, at: base.clock.now()) else {
                throw CommandFailure("there is no token named \(name) that is good for anything; `troupe token list` shows them")
            }
            print("revoked")
        }
    }
}

extension String {
    /// Two hexadecimal digits.
    fileprivate func leftPadded() -> String { count < 2 ? "0" + self : self }
}
