import AsyncHTTPClient
import Foundation
import Inference
import NIOCore
import NIOHTTP1
import NIOPosix
import Support
import Synchronization

/// One model server, as every adapter talks to it: calls with bounded answers, or answers that stream.
///
/// Follows no redirects, so that a key never leaves for another host. Every error is a ``ModelError`` or a cancellation.
public struct ServerClient: Sendable {
    public let address: ServerAddress
    /// The model's name as users know it, for errors.
    let model: String
    private let key: ServerKey?
    private let http: HTTPClient
    let clock: any WallClock

    /// - Parameter http: best made with ``httpConfiguration``; whoever made it shuts it down.
    public init(_ address: ServerAddress, model: String, key: ServerKey? = nil, http: HTTPClient, clock: any WallClock) {
        self.address = address
        self.model = model
        self.key = key
        self.http = http
        self.clock = clock
    }

    /// The same server, called below another address of it.
    func moved(to address: ServerAddress) -> ServerClient {
        ServerClient(address, model: model, key: key, http: http, clock: clock)
    }

    /// Another host, to which the key is not shown.
    func stranger(at address: ServerAddress) -> ServerClient {
        ServerClient(address, model: model, key: nil, http: http, clock: clock)
    }

    /// No redirects; connections for many who chat at once.
    public static var httpConfiguration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(5)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 256
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }

    /// The whole answer, of whatever status.
    func answer(_ call: ServerCall) async throws -> ServerAnswer {
        let exchange = try await exchange(call, from: [UInt8]()) { body, piece, _ in
            body.append(contentsOf: piece.readableBytesView)
            return .more
        }
        return ServerAnswer(status: exchange.status, headers: exchange.headers, body: exchange.state)
    }

    /// The answer of a call that succeeded; any other status is the ``ModelError`` that it means.
    func success(_ call: ServerCall) async throws -> ServerAnswer {
        let answer = try await answer(call)
        guard answer.isSuccess else {
            throw error(ServerFailure(answer: answer, at: clock.now()), call)
        }
        return answer
    }

    /// The JSON of a call that succeeded.
    func json<Value: Decodable>(_ call: ServerCall, as type: Value.Type = Value.self) async throws -> Value {
        let answer = try await success(call)
        do { return try JSONDecoder().decode(Value.self, from: Data(answer.body)) } catch {
            throw ModelError(.invalidResponse, model: model, details: "\(address) answered \(call) with JSON of another shape")
        }
    }

    /// What a reader of a stream says after each piece.
    enum Verdict: Sendable {
        case more
        /// All was said; a silence or a broken connection from here on is a good end.
        case ending
        /// The rest is not wanted.
        case enough
    }

    /// What became of a call whose answer streams.
    enum Streamed<State: Sendable>: Sendable {
        case read(State)
        /// The server answered with a status that is no success.
        case refused(ServerFailure)
    }

    /// Reads a streamed answer piece by piece into a state of the caller's, until its end or until the caller has enough.
    func stream<State: Sendable>(
        _ call: ServerCall, into state: State, _ step: @escaping @Sendable (inout State, ByteBuffer) throws -> Verdict
    ) async throws -> Streamed<State> {
        let exchange = try await exchange(call, from: StreamProgress(state: state)) { progress, piece, status in
            if (200..<300).contains(status) { return try step(&progress.state, piece) }
            progress.refusal.append(contentsOf: piece.readableBytesView)
            return progress.refusal.count < ServerFailure.readableBytes ? .more : .enough
        }
        let answer = ServerAnswer(status: exchange.status, headers: exchange.headers, body: exchange.state.refusal)
        return answer.isSuccess ? .read(exchange.state.state) : .refused(ServerFailure(answer: answer, at: clock.now()))
    }

    /// The error that a refusal of a call means.
    func error(_ failure: ServerFailure, _ call: ServerCall) -> ModelError {
        var call = call
        if let key { call.personal += key.texts }
        return failure.error(model: model, address: address, call: call)
    }

    /// What was read of a stream, or of the refusal that came instead.
    private struct StreamProgress<State: Sendable>: Sendable {
        var state: State
        var refusal: [UInt8] = []
    }

    /// How far a call came.
    private struct Exchange<State: Sendable>: Sendable {
        var status = 0
        var headers: [String: String] = [:]
        var size = 0
        var isEnding = false
        var state: State
    }

    /// How long one waits for the end of an answer of which all was said.
    private static var patienceWithEnds: Duration { .seconds(2) }

    /// Sends a call and reads its answer, with a watch that ends it when the server keeps silent too long.
    private func exchange<State: Sendable>(
        _ call: ServerCall, from state: State, step: @escaping @Sendable (inout State, ByteBuffer, Int) throws -> Verdict
    ) async throws -> Exchange<State> {
        var request = HTTPClientRequest(url: address.url(call.path))
        request.method = HTTPMethod(rawValue: call.method.rawValue)
        request.headers.add(name: "User-Agent", value: "Troupe")
        for (name, value) in call.headers { request.headers.add(name: name, value: value) }
        if let (name, value) = key?.header { request.headers.replaceOrAdd(name: name, value: value) }
        if let body = call.body { request.body = .bytes(ByteBuffer(bytes: body)) }
        let progress = Shared(Exchange(state: state))
        let watch = SilenceWatch(until: clock.now() + call.limits.firstByte)
        do {
            try await watch.guarding(clock) { [request, http, clock] in
                let response = try await http.execute(request, deadline: .distantFuture)
                watch.move(to: clock.now() + call.limits.idle)
                progress.value.withLock { exchange in
                    exchange.status = Int(response.status.code)
                    exchange.headers = response.headers.lowercased
                }
                for try await piece in response.body {
                    let verdict = try progress.value.withLock { exchange in
                        exchange.size += piece.readableBytes
                        guard exchange.size <= call.limits.bytes else { throw AnswerTooLarge(what: "an answer", limit: call.limits.bytes) }
                        let verdict = try step(&exchange.state, piece, exchange.status)
                        if verdict == .ending { exchange.isEnding = true }
                        return verdict
                    }
                    if verdict == .enough { return }
                    watch.move(to: clock.now() + (verdict == .ending ? Self.patienceWithEnds : call.limits.idle))
                }
            }
        } catch {
            guard !Task.isCancelled, progress.value.withLock(\.isEnding) else { throw told(error, call) }
        }
        return progress.value.withLock { $0 }
    }

    private var absent: ModelError {
        ModelError(.unavailable, model: model, details: "nothing answers at \(address); is the server running?")
    }

    /// The error as the rest of the house knows it.
    func told(_ error: any Error, _ call: ServerCall) -> any Error {
        if Task.isCancelled { return CancellationError() }
        switch error {
        case let error as ModelError: return error
        case is CancellationError: return error
        case is SilenceWatch.TooSilent:
            return ModelError(.unavailable, model: model, details: "\(address) kept silent too long on \(call)")
        case let error as AnswerTooLarge:
            return ModelError(
                .invalidResponse, model: model, details: "\(address) answered \(call) with \(error.what) of more than \(error.limit) bytes")
        case let error as MalformedAnswer:
            return ModelError(.invalidResponse, model: model, details: "\(address), \(call): \(error.what)")
        case let error as ServerFailure:
            return self.error(error, call)
        case is NIOConnectionError:
            return absent
        case let error as IOError where [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH].contains(error.errnoCode):
            return absent
        case let error as HTTPClientError:
            return ModelError(.unavailable, model: model, details: "\(address): \(error.shortDescription)")
        case let error as IOError:
            return ModelError(.unavailable, model: model, details: "\(address): the connection broke (\(error.errnoCode))")
        default:
            return ModelError(.unavailable, model: model, details: "\(address): \(type(of: error)) on \(call)")
        }
    }
}

extension HTTPHeaders {
    /// Names in lower case; the first of several with one name counts.
    fileprivate var lowercased: [String: String] {
        var headers: [String: String] = [:]
        for (name, value) in self where headers[name.lowercased()] == nil { headers[name.lowercased()] = value }
        return headers
    }
}

/// A value that the reader of an answer and whoever asked for it both reach.
private final class Shared<Value: Sendable>: Sendable {
    let value: Mutex<Value>

    init(_ value: Value) { self.value = Mutex(value) }
}
