import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Support

/// What is wrong with a request, told as `application/problem+json` with the right status.
/// Source: RFC 9457, https://www.rfc-editor.org/rfc/rfc9457
public struct Problem: Error, Sendable, Hashable {
    public var status: HTTPResponse.Status
    /// What was wrong with this very request, and what to do.
    public var detail: String
    /// The field of the request that was wrong, where there is one.
    public var field: String?
    /// More headers, such as `Retry-After` or `WWW-Authenticate`.
    public var headers: HTTPFields

    public init(_ status: HTTPResponse.Status, _ detail: String, field: String? = nil, headers: HTTPFields = [:]) {
        self.status = status
        self.detail = detail
        self.field = field
        self.headers = headers
    }

    private struct Body: Encodable {
        var type = "about:blank"
        var title: String
        var status: Int
        var detail: String
        var field: String?
    }

    var response: Response {
        var headers = headers
        headers[.contentType] = "application/problem+json"
        let body = Body(title: status.reasonPhrase, status: status.code, detail: detail, field: field)
        let bytes = (try? JSONEncoder().encode(body)) ?? Data("{}".utf8)
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}

/// Tells every error of a route as a ``Problem``; what nobody foresaw is logged and told as 500 without details.
struct ProblemMiddleware<Context: RequestContext>: RouterMiddleware {
    let logger: Logger

    func handle(_ request: Request, context: Context, next: (Request, Context) async throws -> Response) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let problem as Problem {
            return problem.response
        } catch let error as HTTPError {
            return Problem(error.status, Self.detail(error), headers: error.headers).response
        } catch let error as any UserFacingError {
            return Problem(.badRequest, error.userMessage).response
        } catch let error as CancellationError {
            throw error
        } catch {
            logger.error("A request of the HTTP service failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
            return Problem(.internalServerError, "This could not be done; the reason is in the log.").response
        }
    }

    private static func detail(_ error: HTTPError) -> String {
        switch error.status {
        case .notFound: "There is nothing at this address."
        case .methodNotAllowed: "This address does not take this method."
        default: error.body ?? error.status.reasonPhrase
        }
    }
}

/// What a browser must be told about every answer.
struct SafetyHeaders<Context: RequestContext>: RouterMiddleware {
    func handle(_ request: Request, context: Context, next: (Request, Context) async throws -> Response) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.cacheControl] = response.headers[.cacheControl] ?? "no-store"
        response.headers[.referrerPolicy] = "no-referrer"
        if response.headers[.contentSecurityPolicy] == nil {
            response.headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
        }
        return response
    }
}

extension HTTPField.Name {
    static let referrerPolicy = Self("Referrer-Policy")!
}
