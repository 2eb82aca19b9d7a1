import DiscordModels
import Support

/// A call to Discord that did not succeed: a closed kind for the program, what Discord said for the log.
///
/// Names the route by its template, so no token of a path can print.
public struct DiscordAPIError: Error, Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// Discord answered 4xx: this call, as it is, will not succeed.
        case refused
        /// Discord answered 5xx, also after the retries.
        case serverFault
        /// No answer, also after the retries: no connection, or none in time.
        case unreachable
        /// The wait that a rate limit demands is longer than the call may take.
        case rateLimited
        /// Discord does not know the bot's token; calls with it have stopped.
        case wrongToken
        /// So many calls were refused of late that one more could get this address banned; or too many calls wait.
        case held
        /// The payload breaks one of Discord's bounds; it was not sent.
        case invalidPayload
        /// Discord's answer was too large or not what its documentation says.
        case unreadable
        /// The interaction can no longer be answered.
        case expired
    }

    public let kind: Kind
    /// Method and path template, as `PATCH /channels/{channel}/messages/{message}`.
    public let route: String
    /// HTTP status, where there was an answer.
    public let status: Int?
    /// One of https://discord.com/developers/docs/topics/opcodes-and-status-codes#json; 0 for none.
    public let code: Code
    public let message: String
    public let fieldErrors: [APIErrorBody.FieldError]
    /// When it makes sense to try again, where that is known.
    public let retryAfter: Duration?

    init(
        _ kind: Kind, _ route: Route, status: Int? = nil, code: Code = .none, message: String,
        fieldErrors: [APIErrorBody.FieldError] = [], retryAfter: Duration? = nil
    ) {
        self.kind = kind
        self.route = route.description
        self.status = status
        self.code = code
        self.message = message
        self.fieldErrors = fieldErrors
        self.retryAfter = retryAfter
    }

    /// Whether the same call may succeed later.
    public var isTransient: Bool {
        switch kind {
        case .serverFault, .unreachable, .rateLimited, .held: true
        case .refused, .wrongToken, .invalidPayload, .unreadable, .expired: false
        }
    }
}

extension DiscordAPIError: CustomStringConvertible {
    public var description: String {
        var text = "\(route): "
        switch kind {
        case .refused: text += "refused"
        case .serverFault: text += "Discord has a fault"
        case .unreachable: text += "no answer"
        case .rateLimited: text += "rate limited"
        case .wrongToken: text += "wrong bot token"
        case .held: text += "held back"
        case .invalidPayload: text += "invalid payload, not sent"
        case .unreadable: text += "unreadable answer"
        case .expired: text += "too late"
        }
        if let status { text += " (HTTP \(status)\(code == .none ? "" : ", code \(code.rawValue)"))" }
        if !message.isEmpty { text += ": \(message)" }
        for error in fieldErrors.prefix(8) { text += "; \(error.path): \(error.message)" }
        if fieldErrors.count > 8 { text += "; and \(fieldErrors.count - 8) more" }
        if let retryAfter { text += "; again in \(retryAfter.inSeconds) s" }
        return text
    }
}
