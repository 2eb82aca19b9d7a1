import Foundation
import Inference
import Support

/// What a server's refusal means: its status and the error in its body, in the shapes that servers write.
struct ServerFailure: Error, Sendable, Hashable {
    /// So much of a refusal's body is read.
    static let readableBytes = 64 << 10

    var status: Int
    /// What the server says, on one line and bounded. May repeat what people wrote: see ``error(model:address:call:)``.
    var message: String?
    /// `code` or `type` of the error object, where it has the form of an identifier.
    var code: String?
    /// The key of the request that the server complains of.
    var parameter: String?
    var retryAfter: Duration?

    init(status: Int, message: String? = nil, code: String? = nil, parameter: String? = nil, retryAfter: Duration? = nil) {
        self.status = status
        self.message = message
        self.code = code
        self.parameter = parameter
        self.retryAfter = retryAfter
    }

    init(answer: ServerAnswer, at now: Timestamp) {
        self.init(status: answer.status, retryAfter: RetryAfter.duration(answer.headers, at: now))
        guard let body = try? JSONDecoder().decode(Body.self, from: Data(answer.body.prefix(Self.readableBytes))) else { return }
        take(body)
    }

    /// An error object that came in the middle of a stream, with status 200.
    init(body: Body) {
        self.init(status: body.status ?? 500)
        take(body)
    }

    private mutating func take(_ body: Body) {
        message = body.message.map { String($0.split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(300)) }
        code = body.code
        parameter = body.parameter
    }

    /// The error that this refusal means to the rest of the house.
    func error(model: String, address: ServerAddress, call: ServerCall) -> ModelError {
        // An invalid request is explained to the person who asked, so the address stays out of it.
        var details = kind == .invalid ? "its server refused the request" : "\(address) answered \(call) with status \(status)"
        if let code { details += " (\(code))" }
        switch kind {
        case .redirect: details += "; set url to the address that it redirects to"
        case .key: details += "; check the key"
        case .missing: details += "; check url and model"
        case .quota: details += "; the account has nothing left"
        case .context: details = "the conversation is longer than the model's context"
        default: break
        }
        // What a server says of a wrong key may hold the key.
        if kind != .key, let message, !PersonalText(call.personal).occurs(in: message) { details += ": \(message)" }
        return ModelError(modelCode, model: model, details: details, retryAfter: retryAfter)
    }

    private enum Kind { case redirect, key, missing, quota, moderated, context, memory, busy, away, invalid, other }

    private var kind: Kind {
        let message = message?.lowercased() ?? ""
        let code = code?.lowercased() ?? ""
        if code.contains("content_policy") || code.contains("moderation") || code.contains("content_filter")
            || code == "contentfilter"
        {
            return .moderated
        }
        if code.contains("context_length") || code.contains("exceed_context") || message.contains("context length")
            || message.contains("context size")
        {
            return .context
        }
        if MemoryWords.occur(in: message + " " + code) || status == 507 { return .memory }
        if code == "insufficient_quota" { return .quota }
        switch status {
        case 300..<400: return .redirect
        case 401, 403: return .key
        case 402: return .quota
        case 404: return .missing
        case 429: return .busy
        case 408, 502, 503, 504, 521...524, 529: return .away
        case 400..<500: return .invalid
        default: return .other
        }
    }

    private var modelCode: ModelError.Code {
        switch kind {
        case .moderated: .refused
        case .context, .invalid: .invalidRequest
        case .memory: .outOfMemory
        case .busy: .rateLimited
        case .away: .unavailable
        case .redirect, .key, .missing, .quota, .other: .failed
        }
    }
}

extension ServerFailure {
    /// An error's body: `{"error":{"message","type","param","code"}}`, `{"error":"…"}`, `{"detail":"…"}`,
    /// `{"detail":[{"loc","msg","type"}]}` (FastAPI), `{"message":"…"}`.
    struct Body: Decodable, Sendable, Hashable {
        var message: String?
        var code: String?
        var parameter: String?
        /// Where `code` is an HTTP status, as llama.cpp writes it.
        var status: Int?

        private enum Keys: String, CodingKey { case error, errors, detail, message, type, param, code }
        private struct Complaint: Decodable {
            struct Place: Decodable {
                var name: String?
                init(from decoder: any Decoder) throws { name = try? decoder.singleValueContainer().decode(String.self) }
            }
            var loc: [Place]?
            var msg: String?
            var type: String?
        }

        init(from decoder: any Decoder) throws {
            let top = try decoder.container(keyedBy: Keys.self)
            let container = (try? top.nestedContainer(keyedBy: Keys.self, forKey: .error)) ?? top
            func text(_ key: Keys) -> String? { try? container.decode(String.self, forKey: key) }
            let complaint = (try? top.decode([Complaint].self, forKey: .detail))?.first
            // Stable Diffusion WebUI has the exception's name in `error` and its words in `errors`.
            message = text(.message) ?? text(.errors) ?? text(.error) ?? text(.detail) ?? complaint?.msg
            status = (try? container.decode(Int.self, forKey: .code)).flatMap { (400..<600).contains($0) ? $0 : nil }
            code = [text(.code), text(.type), complaint?.type].compactMap { $0 }.first { Self.isIdentifier($0) }
            parameter = [text(.param), complaint?.loc?.last?.name].compactMap { $0 }.first { Self.isIdentifier($0) }
            if message == nil, code == nil, status == nil {
                throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "no error object"))
            }
        }

        private static func isIdentifier(_ text: String) -> Bool {
            (1...60).contains(text.count) && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-.".contains($0)) }
        }
    }
}
