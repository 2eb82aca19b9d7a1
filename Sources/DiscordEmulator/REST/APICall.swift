import NIOCore
import Support

/// A REST request that found its route: what the handlers read.
struct APICall: Sendable {
    var parameters: [String: String] = [:]
    var query: [String: String] = [:]
    var body = JSON.empty
    var files: [UploadedFile] = []
    /// The bot whose token came with it, or the person of an OAuth2 token; the default application's where a route needs none.
    var caller: ID
    /// Of a person's token: what it allows.
    var grant: OAuthToken?
    /// The header as it came, for the few routes that read it themselves.
    var authorization: String?
    /// An interactions endpoint that was tried just now and answers as it should.
    var verifiedEndpoint: String?
    /// Whether the body was an HTML form's.
    var isForm = false

    /// An id of the path. One that is no id finds nothing, as on Discord.
    func id(_ name: String) throws(DiscordError) -> ID {
        let text = parameters[name] ?? ""
        guard let id = ID(text) else {
            throw .form([name], "NUMBER_TYPE_COERCE", "Value \"\(text.prefix(80))\" is not snowflake.")
        }
        return id
    }

    /// An id of the query string, where there is one.
    func optionalID(_ name: String) throws(DiscordError) -> ID? {
        guard let text = query[name] else { return nil }
        guard let id = ID(text) else {
            throw .form([name], "NUMBER_TYPE_COERCE", "Value \"\(text.prefix(80))\" is not snowflake.")
        }
        return id
    }

    /// An integer of the query string, inside its range.
    func number(_ name: String, _ range: ClosedRange<Int>, default fallback: Int) throws(DiscordError) -> Int {
        guard let text = query[name] else { return fallback }
        guard let number = Int(text) else {
            throw .form([name], "NUMBER_TYPE_COERCE", "Value \"\(text.prefix(80))\" is not int.")
        }
        if number < range.lowerBound {
            throw .form([name], "NUMBER_TYPE_MIN", "int value should be greater than or equal to \(range.lowerBound).")
        }
        if number > range.upperBound {
            throw .form([name], "NUMBER_TYPE_MAX", "int value should be less than or equal to \(range.upperBound).")
        }
        return number
    }

    func flag(_ name: String) -> Bool { ["true", "True", "1"].contains(query[name] ?? "") }
}

/// What a handler answers.
struct APIReply: Sendable {
    var status = 200
    var body: JSON?

    static let nothing = APIReply(status: 204, body: nil)
    static func ok(_ body: JSON) -> APIReply { APIReply(status: 200, body: body) }
    static func created(_ body: JSON) -> APIReply { APIReply(status: 201, body: body) }
}
