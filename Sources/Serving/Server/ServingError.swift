import Foundation
import HTTPTypes
import Hummingbird
import Inference
import NIOCore
import Support

/// What is wrong, in the shape that OpenAI's clients read: `{"error":{"message","type","param","code"}}`.
/// Source: https://platform.openai.com/docs/guides/error-codes
struct ServingError: Error, Sendable, Hashable {
    var status: HTTPResponse.Status
    /// For the person who calls; never holds a prompt.
    var message: String
    var type = "invalid_request_error"
    /// The key of the request that was wrong.
    var parameter: String?
    var code: String?
    var retryAfter: Duration?

    /// A request that cannot be served as it is.
    static func invalid(_ message: String, _ parameter: String? = nil, code: String? = nil) -> ServingError {
        ServingError(status: .badRequest, message: message, parameter: parameter, code: code)
    }

    static func unknownModel(_ name: String?, known: [String]) -> ServingError {
        let known = known.joined(separator: ", ")
        guard let name else { return .invalid("you must name a model; known are \(known)", "model") }
        return ServingError(
            status: .notFound, message: "the model '\(name.prefix(100))' does not exist; known are \(known)", parameter: "model",
            code: "model_not_found")
    }

    init(
        status: HTTPResponse.Status, message: String, type: String = "invalid_request_error", parameter: String? = nil, code: String? = nil,
        retryAfter: Duration? = nil
    ) {
        self.status = status
        self.message = message
        self.type = type
        self.parameter = parameter
        self.code = code
        self.retryAfter = retryAfter
    }

    /// What a model's error means to a caller.
    init(_ error: ModelError) {
        switch error.code {
        case .invalidRequest: self.init(status: .badRequest, message: error.userMessage)
        case .refused: self.init(status: .badRequest, message: error.userMessage, code: "content_policy_violation")
        case .rateLimited:
            self.init(
                status: .tooManyRequests, message: error.userMessage, type: "rate_limit_error", code: "rate_limit_exceeded",
                retryAfter: error.retryAfter)
        case .unavailable:
            self.init(
                status: .serviceUnavailable, message: error.userMessage, type: "server_error", code: "model_unavailable",
                retryAfter: error.retryAfter)
        case .outOfMemory: self.init(status: .serviceUnavailable, message: error.userMessage, type: "server_error", code: "out_of_memory")
        case .invalidResponse, .failed: self.init(status: .internalServerError, message: error.userMessage, type: "server_error")
        }
    }

    private struct Body: Encodable {
        struct Object: Encodable {
            var message: String
            var type: String
            var param: String?
            var code: String?

            func encode(to encoder: any Encoder) throws {
                var container = encoder.container(keyedBy: Keys.self)
                try container.encode(message, forKey: .message)
                try container.encode(type, forKey: .type)
                // Null where there is none: clients look for the keys.
                try container.encode(param, forKey: .param)
                try container.encode(code, forKey: .code)
            }

            private enum Keys: String, CodingKey { case message, type, param, code }
        }

        var error: Object
    }

    /// The error object as JSON.
    var json: [UInt8] { Wire.json(Body(error: .init(message: message, type: type, param: parameter, code: code))) }

    var response: Response {
        var headers: HTTPFields = [.contentType: "application/json"]
        if status == .unauthorized { headers[.wwwAuthenticate] = "Bearer" }
        if let retryAfter { headers[.retryAfter] = String(Int(retryAfter.inSeconds.rounded(.up))) }
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: json)))
    }
}

/// JSON as it goes out.
enum Wire {
    static func json(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array((try? encoder.encode(value)) ?? Data("{}".utf8))
    }

    static func response(_ value: some Encodable) -> Response {
        Response(status: .ok, headers: [.contentType: "application/json"], body: .init(byteBuffer: ByteBuffer(bytes: json(value))))
    }

    /// One server-sent event.
    static func event(_ json: [UInt8]) -> ByteBuffer {
        var buffer = ByteBuffer(string: "data: ")
        buffer.writeBytes(json)
        buffer.writeString("\n\n")
        return buffer
    }
}
