import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Inference
import Logging
import Support
import Synchronization

/// Lets only those through who show the token, and tells every error in OpenAI's shape.
struct ServingGuard: RouterMiddleware {
    typealias Context = BasicRequestContext

    /// SHA-256 of the token: digests compare in the same time wherever they differ.
    private let digest: SHA256.Digest
    /// Whether `/` needs no token of those who name this machine.
    private let opensRoot: Bool
    private let logger: Logger

    init(token: Secret, opensRoot: Bool = false, logger: Logger) {
        digest = SHA256.hash(data: Data(token.reveal().utf8))
        self.opensRoot = opensRoot
        self.logger = logger
    }

    func handle(_ request: Request, context: Context, next: (Request, Context) async throws -> Response) async throws -> Response {
        do {
            let isOpen = request.uri.path == "/health" || opensRoot && request.uri.path == "/" && request.isToLoopback
            if !isOpen { try check(request) }
            return try await next(request, context)
        } catch let error as ServingError {
            return error.response
        } catch let error as ModelError {
            logger.warning("a served model failed", metadata: ["model": "\(error.model)", "error": "\(error.details)"])
            return ServingError(error).response
        } catch let error as HTTPError {
            return told(error).response
        } catch is CancellationError {
            // Whoever asked has gone.
            throw HTTPError(.init(code: 499, reasonPhrase: "Client Closed Request"))
        } catch {
            logger.error("a served request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
            return ServingError(
                status: .internalServerError, message: "This could not be done; the reason is in the log.", type: "server_error"
            ).response
        }
    }

    private func check(_ request: Request) throws(ServingError) {
        let words = (request.headers[.authorization] ?? "").split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "bearer" else {
            throw ServingError(
                status: .unauthorized, message: "Send the token that this was started with: `Authorization: Bearer …`.",
                code: "invalid_api_key")
        }
        guard SHA256.hash(data: Data(words[1].utf8)) == digest else {
            throw ServingError(status: .unauthorized, message: "This token is wrong.", code: "invalid_api_key")
        }
    }

    private func told(_ error: HTTPError) -> ServingError {
        switch error.status {
        case .notFound: ServingError(status: .notFound, message: "There is nothing at this address.", code: "unknown_url")
        case .methodNotAllowed: ServingError(status: .methodNotAllowed, message: "This address does not take this method.")
        case .contentTooLarge: ServingError(status: .contentTooLarge, message: "The body is too large.")
        default: ServingError(status: error.status, message: error.body ?? error.status.reasonPhrase)
        }
    }
}

/// Seats for requests that are being worked on; whoever finds none is asked to come back.
final class ServingSeats: Sendable {
    private let count: Int
    private let taken = Mutex(0)

    init(_ count: Int) { self.count = count }

    /// A seat, free again when this is let go.
    final class Seat: Sendable {
        private let seats: ServingSeats
        fileprivate init(_ seats: ServingSeats) { self.seats = seats }
        deinit { seats.taken.withLock { $0 -= 1 } }
    }

    func take() throws(ServingError) -> Seat {
        let isFree = taken.withLock { taken in
            guard taken < count else { return false }
            taken += 1
            return true
        }
        guard isFree else {
            throw ServingError(
                status: .tooManyRequests, message: "Too many requests are being worked on; try again in a moment.",
                type: "rate_limit_error", code: "rate_limit_exceeded", retryAfter: .seconds(2))
        }
        return Seat(self)
    }
}
