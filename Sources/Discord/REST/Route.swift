/// Where a call goes: the method, the path, and what Discord's rate limits need to know of them.
///
/// The path may hold an interaction's or a webhook's token, so only the template is ever printed.
/// Source: https://discord.com/developers/docs/topics/rate-limits
public struct Route: Sendable, Hashable {
    /// Who proves what he may do: the bot by its token, or a token within the path.
    public enum Authentication: Sendable, Hashable {
        case bot, path
    }

    public enum Method: String, Sendable, Hashable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    public let method: Method
    /// As `/channels/{channel}/messages/{message}`.
    public let template: String
    /// As `/channels/1/messages/2`, relative to the API's base, with the query.
    let path: String
    /// Calls that share a bucket's hash but differ in this have separate limits; empty for none. Holds tokens: never printed.
    let major: String
    public let authentication: Authentication
    /// Interaction endpoints do not count towards the global limit.
    public let isGloballyLimited: Bool

    /// - Parameter path: names in braces and their values, in the order of the template.
    init(
        _ method: Method, _ template: String, _ values: [String: String] = [:], major: [String] = [],
        authentication: Authentication = .bot, isGloballyLimited: Bool = true, query: [(String, String?)] = []
    ) {
        self.method = method
        self.template = template
        self.major = major.map { values[$0] ?? $0 }.joined(separator: "/")
        self.authentication = authentication
        self.isGloballyLimited = isGloballyLimited
        var path = ""
        for piece in template.split(separator: "/") {
            path += "/"
            if piece.first == "{", piece.last == "}", let value = values[String(piece.dropFirst().dropLast())] {
                path += Self.percentEncoded(value)
            } else {
                path += piece
            }
        }
        let items = query.compactMap { name, value in value.map { "\(name)=\(Self.percentEncoded($0))" } }
        self.path = items.isEmpty ? path : path + "?" + items.joined(separator: "&")
    }

    /// Method and template: the key under which a bucket's hash is remembered.
    var key: String { "\(method.rawValue) \(template)" }

    /// A webhook of a channel, as against the one that an interaction opens: once gone, it is gone for good.
    var isWebhook: Bool { template.hasPrefix("/webhooks/{webhook}/{token}") }

    private static func percentEncoded(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "~"), UInt8(ascii: "@"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = Array("0123456789ABCDEF")
                encoded += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
        return encoded
    }
}

extension Route: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { key }
    public var debugDescription: String { key }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
