import Foundation
import Support

/// One call to a model server: what is asked, and how long and how large an answer may be.
struct ServerCall: Sendable {
    enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case delete = "DELETE"
    }

    /// How long a server may keep silent, and how much it may say.
    struct Limits: Sendable, Hashable {
        /// Until the answer begins. Servers that answer only when all is done need long ones.
        var firstByte: Duration = .seconds(120)
        /// Between two pieces of the answer.
        var idle: Duration = .seconds(60)
        /// Of the answer's body, in bytes.
        var bytes = 16 << 20

        /// For questions that a healthy server answers at once.
        static let brief = Limits(firstByte: .seconds(10), idle: .seconds(10), bytes: 4 << 20)
    }

    var method: Method
    /// Below the server's address; begins with a slash, may end with a query.
    var path: String
    var headers: [(name: String, value: String)] = []
    var body: [UInt8]?
    var limits = Limits()
    /// What people wrote: if a server repeats it in an error, the error is told without it.
    var personal: [String] = []

    static func get(_ path: String, limits: Limits = .brief) -> ServerCall { ServerCall(method: .get, path: path, limits: limits) }

    /// A call with a JSON body.
    static func post(_ path: String, json body: some Encodable, limits: Limits = Limits(), personal: [String] = []) throws -> ServerCall {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        return ServerCall(
            method: .post, path: path, headers: [("Content-Type", "application/json")], body: Array(try encoder.encode(body)),
            limits: limits, personal: personal)
    }
}

extension ServerCall: CustomStringConvertible, CustomReflectable {
    var description: String { "\(method.rawValue) \(path.prefix { $0 != "?" })" }
    var customMirror: Mirror { Mirror(self, children: []) }
}

/// How one shows a server that one may use it.
public enum ServerKey: Sendable, Hashable {
    /// `Authorization: Bearer …`
    case bearer(Secret)
    /// `Authorization: Basic …`, from `name:password`.
    case basic(Secret)

    /// What must not be told when a server repeats it.
    var texts: [String] {
        switch self {
        case .bearer(let secret), .basic(let secret): [secret.reveal(), String(header.value.drop { $0 != " " }.dropFirst())]
        }
    }

    var header: (name: String, value: String) {
        switch self {
        case .bearer(let secret): ("Authorization", "Bearer \(secret.reveal())")
        case .basic(let secret): ("Authorization", "Basic \(Data(secret.reveal().utf8).base64EncodedString())")
        }
    }
}

/// A whole answer, of whatever status.
struct ServerAnswer: Sendable {
    var status: Int
    /// Names in lower case; the first of several with one name counts.
    var headers: [String: String]
    var body: [UInt8]

    var isSuccess: Bool { (200..<300).contains(status) }
}

/// A server that says more than anybody wants to hear.
struct AnswerTooLarge: Error, Hashable {
    /// What was too large, in words for an error message.
    let what: String
    /// In bytes.
    let limit: Int
}

/// An answer that makes no sense.
struct MalformedAnswer: Error, Hashable {
    /// What is wrong, without anything of what the server said.
    let what: String
}
