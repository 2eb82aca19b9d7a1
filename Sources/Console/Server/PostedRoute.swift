import HTTPTypes
import Hummingbird
import NIOCore

/// A POST address whose answer is made elsewhere from headers and bytes: for what Discord and payment services send us.
public struct PostedRoute: ConsoleRoutes {
    /// Headers by name in lower case, and the body as it came.
    public struct Posted: Sendable {
        public var headers: [String: String]
        public var body: [UInt8]
    }

    let path: String
    let limit: Int
    let answer: @Sendable (Posted) async throws -> (status: Int, json: [UInt8])

    /// - Parameters:
    ///   - path: as `/interactions`.
    ///   - limit: the largest body read, in bytes.
    public init(_ path: String, limit: Int, answer: @escaping @Sendable (Posted) async throws -> (status: Int, json: [UInt8])) {
        self.path = path
        self.limit = limit
        self.answer = answer
    }

    public func add(to router: Router<ConsoleContext>) {
        router.post(RouterPath(path)) { [limit, answer] request, _ in
            let headers = Dictionary(request.headers.map { ($0.name.canonicalName, $0.value) }) { first, _ in first }
            let made = try await answer(Posted(headers: headers, body: try await request.bytes(upTo: limit)))
            return Response(
                status: .init(code: made.status), headers: made.json.isEmpty ? [:] : [.contentType: "application/json"],
                body: .init(byteBuffer: ByteBuffer(bytes: made.json)))
        }
    }
}
