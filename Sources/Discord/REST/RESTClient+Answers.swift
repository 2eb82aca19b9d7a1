import DiscordModels
import Logging
import Support

// From what came back, or did not, to what it means.

extension RESTClient {
    /// What an answer says about limits.
    static func limits(of response: RESTResponse) -> RateLimitAnswer {
        guard response.status >= 400, response.status < 500 else {
            return RateLimitAnswer(status: response.status) { response.headers[$0] }
        }
        let limited = response.status == 429 ? try? JSONReader().decode(RateLimitBody.self, from: response.body) : nil
        let code = (try? JSONReader().decode(ErrorCode.self, from: response.body))?.code ?? 0
        return RateLimitAnswer(
            status: response.status, code: code, header: { response.headers[$0] }, body: limited.map { ($0.retryAfter, $0.isGlobal) })
    }

    private struct ErrorCode: Decodable { var code: Int }

    /// An answer that is not of the 200s, as an error.
    func refusal(_ response: RESTResponse, of route: Route) -> DiscordAPIError {
        let body = try? JSONReader().decode(APIErrorBody.self, from: response.body)
        let code = DiscordAPIError.Code(rawValue: body?.code ?? 0)
        var kind: DiscordAPIError.Kind = response.status >= 500 ? .serverFault : .refused
        if response.status < 400 { kind = .unreadable }
        if response.status == 401, route.authentication == .bot {
            kind = .wrongToken
            logger.error("Discord does not know the bot token; calls with it have stopped")
        }
        return DiscordAPIError(
            kind, route, status: response.status, code: code, message: String((body?.message ?? "").prefix(300)),
            fieldErrors: body?.fieldErrors ?? [])
    }

    /// A call that the limiter did not let go, as an error.
    func failure(of refusal: RateLimiter.Refusal, _ route: Route) -> DiscordAPIError {
        switch refusal {
        case .queueFull: DiscordAPIError(.held, route, message: "too many calls are waiting", retryAfter: .seconds(5))
        case .tooLong(let span): DiscordAPIError(.rateLimited, route, status: 429, message: "", retryAfter: span)
        case .tooManyInvalid(let span):
            DiscordAPIError(
                .held, route, message: "too many calls were refused in the last ten minutes; more could get this address banned",
                retryAfter: span)
        case .wrongToken: DiscordAPIError(.wrongToken, route, status: 401, message: "Discord does not know the bot token")
        case .goneWebhook: DiscordAPIError(.refused, route, status: 404, code: .unknownWebhook, message: "Unknown Webhook")
        }
    }

    /// Where in a JSON document the reading failed: names of fields, never their values.
    static func place(of error: any Error) -> String {
        func path(_ context: DecodingError.Context) -> String {
            let names = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
            return names.isEmpty ? "at the top" : "at \(names)"
        }
        switch error {
        case DecodingError.keyNotFound(let key, let context): return "\(key.stringValue) is missing \(path(context))"
        case DecodingError.typeMismatch(_, let context): return "another type \(path(context))"
        case DecodingError.valueNotFound(_, let context): return "null \(path(context))"
        case DecodingError.dataCorrupted(let context): return "unreadable \(path(context))"
        default: return "unreadable"
        }
    }
}
