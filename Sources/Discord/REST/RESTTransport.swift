import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import NIOPosix
import Support

/// One HTTP exchange, so that the client's rules can be tested without a socket.
public protocol RESTTransport: Sendable {
    func send(_ request: RESTRequest) async throws(RESTTransportError) -> RESTResponse
}

/// What goes over the wire. Holds tokens, so nothing of it prints.
public struct RESTRequest: Sendable {
    public var method: Route.Method
    public var url: String
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]?
    /// For the whole exchange.
    public var timeout: Duration
    /// Bytes of an answer's body beyond which it is given up.
    public var responseLimit: Int
}

extension RESTRequest: CustomStringConvertible, CustomReflectable {
    public var description: String { "\(method.rawValue) request" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// What came back.
public struct RESTResponse: Sendable {
    public var status: Int
    /// Names in lower case; the first of several with one name counts.
    public var headers: [String: String]
    public var body: [UInt8]

    public init(status: Int, headers: [String: String] = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// Why there is no answer.
public struct RESTTransportError: Error, Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// The request never left: it may be sent again without harm, whatever it is.
        case notSent
        /// It left, or may have, and no answer came.
        case noAnswer
        case answerTooLarge
        case cancelled
    }

    public var kind: Kind
    /// For the log; holds neither address nor token.
    public var detail: String

    public init(_ kind: Kind, detail: String) {
        self.kind = kind
        self.detail = detail
    }
}

/// The real transport, over async-http-client.
public struct HTTPTransport: RESTTransport {
    private let http: HTTPClient

    /// - Parameter http: best made with ``configuration``; whoever made it shuts it down.
    public init(http: HTTPClient) { self.http = http }

    /// No redirects, which could carry a token elsewhere; enough connections for a burst of interactions.
    public static var configuration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(5)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.http1_1ConnectionDebugInitializer = forgetful
        configuration.http2ConnectionDebugInitializer = forgetful
        return configuration
    }

    /// A call that the network has lost must not arrive after it was given up: newer words may stand in its place by then. So the
    /// system, too, forgets what nobody has received in ten seconds, or what is left when the connection is closed.
    private static let forgetful: @Sendable (any Channel) -> EventLoopFuture<Void> = { channel in
        if let socket = channel as? any SocketOptionProvider { _ = socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)) }
        return channel.setOption(.tcpOption(.init(rawValue: TCP_USER_TIMEOUT)), value: 10_000).flatMapError { _ in
            // No TCP.
            channel.eventLoop.makeSucceededVoidFuture()
        }
    }

    public func send(_ request: RESTRequest) async throws(RESTTransportError) -> RESTResponse {
        var outgoing = HTTPClientRequest(url: request.url)
        outgoing.method = HTTPMethod(rawValue: request.method.rawValue)
        for (name, value) in request.headers { outgoing.headers.add(name: name, value: value) }
        if let body = request.body { outgoing.body = .bytes(ByteBuffer(bytes: body)) }
        do {
            let answer = try await http.execute(outgoing, timeout: .milliseconds(max(1, request.timeout.milliseconds)))
            let body = try await answer.body.collect(upTo: request.responseLimit)
            var headers: [String: String] = [:]
            for (name, value) in answer.headers where headers[name.lowercased()] == nil { headers[name.lowercased()] = value }
            return RESTResponse(status: Int(answer.status.code), headers: headers, body: Array(body.readableBytesView))
        } catch {
            throw Self.told(error)
        }
    }

    private static func told(_ error: any Error) -> RESTTransportError {
        switch error {
        case is NIOTooManyBytesError: RESTTransportError(.answerTooLarge, detail: "the answer is too large")
        case is CancellationError: RESTTransportError(.cancelled, detail: "cancelled")
        case is NIOConnectionError: RESTTransportError(.notSent, detail: "no connection")
        case let error as HTTPClientError:
            switch error {
            case .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout, .invalidURL, .emptyHost, .emptyScheme:
                RESTTransportError(.notSent, detail: error.shortDescription)
            case .cancelled: RESTTransportError(.cancelled, detail: "cancelled")
            default: RESTTransportError(.noAnswer, detail: error.shortDescription)
            }
        default: RESTTransportError(.noAnswer, detail: String(describing: type(of: error)))
        }
    }
}
