import AsyncHTTPClient
import Foundation
import Inference
import NIOCore
import NIOHTTP1
import NIOPosix
import Support

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
        try await exchange(call, from: [UInt8]()) { body, piece in
            body.append(contentsOf: piece.readableBytesView)
            return .more
        } finish: { response, body in
            ServerAnswer(status: Int(response.status.code), headers: response.headers.lowercased, body: body)
        }
    }

    /// The answer of a call that succeeded; any other status is the ``ModelError`` that it means.
    func success(_ call: ServerCall) async throws -> ServerAnswer {
        let answer = try await answer(call)
        guard answer.isSuccess else {
            throw ServerFailure(answer: answer, at: clock.now()).error(model: model, address: address, call: call)
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
    enum Verdict: Sendable { case more, enough }

    /// Reads a streamed answer piece by piece into a state of the caller's, until its end or until the caller has enough.
    ///
    /// - Throws: for a status that is no success, the ``ModelError`` that it means, before the first piece.
    func stream<State: Sendable>(
        _ call: ServerCall, into state: State, _ step: @escaping @Sendable (inout State, ByteBuffer) throws -> Verdict
    ) async throws -> State {
        try await exchange(
            call, from: StreamProgress(state: state),
            step: { progress, piece, status in
                if (200..<300).contains(status) { return try step(&progress.state, piece) }
                progress.refusal.append(contentsOf: piece.readableBytesView)
                return progress.refusal.count < ServerFailure.readableBytes ? .more : .enough
            },
            finish: { response, progress in
                let answer = ServerAnswer(
                    status: Int(response.status.code), headers: response.headers.lowercased, body: progress.refusal)
                if answer.isSuccess { return progress.state }
                throw ServerFailure(answer: answer, at: clock.now()).error(model: model, address: address, call: call)
            })
    }

    private func exchange<State: Sendable, Value: Sendable>(
        _ call: ServerCall, from state: State, _ step: @escaping @Sendable (inout State, ByteBuffer) throws -> Verdict,
        finish: @escaping @Sendable (HTTPClientResponse, State) throws -> Value
    ) async throws -> Value {
        try await exchange(call, from: state, step: { state, piece, _ in try step(&state, piece) }, finish: finish)
    }

    /// Sends a call and reads its answer, with a watch that ends it when the server keeps silent too long.
    private func exchange<State: Sendable, Value: Sendable>(
        _ call: ServerCall, from state: State, step: @escaping @Sendable (inout State, ByteBuffer, Int) throws -> Verdict,
        finish: @escaping @Sendable (HTTPClientResponse, State) throws -> Value
    ) async throws -> Value {
        var request = HTTPClientRequest(url: address.url(call.path))
        request.method = HTTPMethod(rawValue: call.method.rawValue)
        request.headers.add(name: "User-Agent", value: "Troupe")
        for (name, value) in call.headers { request.headers.add(name: name, value: value) }
        if let (name, value) = key?.header { request.headers.replaceOrAdd(name: name, value: value) }
        if let body = call.body { request.body = .bytes(ByteBuffer(bytes: body)) }
        let watch = SilenceWatch(until: clock.now() + call.limits.firstByte)
        do {
            return try await watch.guarding(clock) { [request, http, clock] in
                let response = try await http.execute(request, deadline: .distantFuture)
                watch.extend(until: clock.now() + call.limits.idle)
                var state = state
                var size = 0
                for try await piece in response.body {
                    watch.extend(until: clock.now() + call.limits.idle)
                    size += piece.readableBytes
                    guard size <= call.limits.bytes else { throw AnswerTooLarge() }
                    if try step(&state, piece, Int(response.status.code)) == .enough { break }
                }
                return try finish(response, state)
            }
        } catch {
            throw told(error, call)
        }
    }

    /// What was read of a stream, or of the refusal that came instead.
    private struct StreamProgress<State: Sendable>: Sendable {
        var state: State
        var refusal: [UInt8] = []
    }

    private struct AnswerTooLarge: Error {}

    /// The error as the rest of the house knows it.
    private func told(_ error: any Error, _ call: ServerCall) -> any Error {
        if Task.isCancelled { return CancellationError() }
        switch error {
        case let error as ModelError: return error
        case is CancellationError: return error
        case is SilenceWatch.TooSilent:
            return ModelError(.unavailable, model: model, details: "\(address) kept silent too long on \(call)")
        case is AnswerTooLarge:
            return ModelError(
                .invalidResponse, model: model, details: "\(address) answered \(call) with more than \(call.limits.bytes) bytes")
        case is NIOConnectionError:
            return ModelError(.unavailable, model: model, details: "nothing answers at \(address); is the server running?")
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
