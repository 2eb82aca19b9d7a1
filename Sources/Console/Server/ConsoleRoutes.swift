import Foundation
public import Hummingbird
import HTTPTypes
import NIOCore

/// The routes of one room of the HTTP service.
public protocol ConsoleRoutes: Sendable {
    func add(to router: Router<ConsoleContext>)
}

/// What travels with a request.
public struct ConsoleContext: RequestContext {
    public var coreContext: CoreRequestContextStorage
    /// Who asks, where a route has checked that.
    public var caller: APICaller?
    /// Who looks at the pages, where ``SignedIn`` has checked that.
    var session: ConsoleSession?

    public init(source: Source) { coreContext = .init(source: source) }
}

extension Request {
    /// The whole body, bounded.
    ///
    /// - Throws: ``Problem`` 413 for more than `limit` bytes.
    func bytes(upTo limit: Int) async throws -> [UInt8] {
        do {
            return Array(try await body.collect(upTo: limit).readableBytesView)
        } catch is NIOTooManyBytesError {
            throw Problem(.contentTooLarge, "The body is larger than \(limit) bytes.")
        }
    }
}

extension Response {
    /// JSON with keys in order, so that the same answer is the same bytes.
    static func json(_ status: HTTPResponse.Status, _ value: some Encodable) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Response(
            status: status, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: try encoder.encode(value))))
    }
}
