import Discord
import DiscordModels
import Foundation
import Logging
import RepeatableChance
import Support
import Synchronization

@testable import Features

/// A Discord of a few routes in this process, for faults at exact places that a test on a socket could not time. The whole
/// stories are told through the emulator.
final class TinyDiscord: RESTTransport {
    /// A call that arrived.
    struct Call: Sendable, Hashable {
        var route: String
        var json: JSONValue
        var hasFiles: Bool

        var content: String? { if case .object(let fields) = json { fields["content"]?.string } else { nil } }
        var kind: Int64? { if case .object(let fields) = json { fields["type"]?.integer } else { nil } }
    }

    enum Fault: Sendable, Hashable {
        /// Not done, answered with a status and Discord's code.
        case refuse(status: Int, code: Int)
        /// Not done, and no answer.
        case drop
        /// Done, and no answer.
        case dropAnswer
    }

    private struct State {
        var calls: [Call] = []
        var posted: [(channel: String, json: JSONValue)] = []
        var nextID: UInt64 = 5_000_000_000_000_000_000
        var faults: [(route: String, fault: Fault, times: Int)] = []
        var held: [String: Gate] = [:]
        var isHolding = false
    }

    private let state = Mutex(State())

    /// Everything that arrived, in order, as `METHOD /path` with ids.
    var calls: [Call] { state.withLock { $0.calls } }

    func calls(_ route: String) -> [Call] { calls.filter { $0.route.hasPrefix(route) } }

    /// From now on, each in turn: calls whose route begins so meet the fault.
    func meet(_ fault: Fault, at route: String, times: Int = 1) {
        state.withLock { $0.faults.append((route, fault, times)) }
    }

    /// No more faults.
    func heal() { state.withLock { $0.faults = [] } }

    /// Calls whose route begins so wait until the gate opens.
    func hold(_ route: String, _ gate: Gate) { state.withLock { $0.held[route] = gate } }

    /// Calls that come from now on pass; those that wait go on waiting.
    func holdNoMore(_ route: String) { state.withLock { $0.held[route] = nil } }

    /// Whether a call waits, or has waited, at a gate.
    var isHolding: Bool { state.withLock { $0.isHolding } }

    func send(_ request: RESTRequest) async throws(RESTTransportError) -> RESTResponse {
        let route = "\(request.method.rawValue) \(request.url.dropFirst("http://discord".count))"
        let call = Call(route: route, json: Self.json(request.body ?? []), hasFiles: Self.isMultipart(request))
        if let gate = state.withLock({ $0.held.first { route.hasPrefix($0.key) }?.value }) {
            state.withLock { $0.isHolding = true }
            do { try await gate.pass() } catch { throw RESTTransportError(.cancelled, detail: "cancelled") }
        }
        let fault = state.withLock { state -> Fault? in
            state.calls.append(call)
            guard let index = state.faults.firstIndex(where: { route.hasPrefix($0.route) }) else { return nil }
            let fault = state.faults[index].fault
            state.faults[index].times -= 1
            if state.faults[index].times == 0 { state.faults.remove(at: index) }
            return fault
        }
        switch fault {
        case .refuse(let status, let code): return RESTResponse(status: status, body: Array(#"{"code":\#(code),"message":"no"}"#.utf8))
        case .drop: throw RESTTransportError(.noAnswer, detail: "dropped")
        case .dropAnswer:
            _ = answer(call)
            throw RESTTransportError(.noAnswer, detail: "dropped")
        case nil: return answer(call)
        }
    }

    private func answer(_ call: Call) -> RESTResponse {
        let path = call.route.split(separator: " ")[1].split(separator: "?")[0].split(separator: "/").map(String.init)
        switch (path.first, path.last) {
        case ("interactions", _): return RESTResponse(status: 204)
        case ("users", _): return RESTResponse(status: 200, body: Array(#"{"id":"77","type":1}"#.utf8))
        case ("channels", "messages") where call.route.hasPrefix("GET"):
            let messages = state.withLock { $0.posted.filter { $0.channel == path[1] } }
            return RESTResponse(status: 200, body: Array("[\(messages.map { Self.text($0.json) }.joined(separator: ","))]".utf8))
        case ("channels", "messages"):
            let message = state.withLock { state -> JSONValue in
                if let twin = state.posted.first(where: { $0.channel == path[1] && Self.nonce($0.json) == Self.nonce(call.json) })?.json {
                    return twin
                }
                state.nextID += 1
                let message = Self.message(call.json, id: state.nextID, channel: path[1])
                state.posted.append((path[1], message))
                return message
            }
            return RESTResponse(status: 200, body: Array(Self.text(message).utf8))
        case ("webhooks", "@original") where call.route.hasPrefix("GET"):
            // Loading until it is edited.
            let edit = calls.last { $0.route == call.route.replacing("GET", with: "PATCH", maxReplacements: 1) }
            let flags = JSONValue.object(["flags": .integer(128)])
            return RESTResponse(status: 200, body: Array(Self.text(Self.message(edit?.json ?? flags, id: 1, channel: "2")).utf8))
        default: return RESTResponse(status: 200, body: Array(Self.text(Self.message(call.json, id: 1, channel: "2")).utf8))
        }
    }

    /// How many messages stand in a channel.
    func messages(in channel: Int) -> [String] {
        state.withLock {
            $0.posted.filter { $0.channel == "\(channel)" }.compactMap {
                if case .object(let o) = $0.json { o["content"]?.string } else { nil }
            }
        }
    }

    private static func message(_ json: JSONValue, id: UInt64, channel: String) -> JSONValue {
        guard case .object(var fields) = json else { return .null }
        fields["id"] = .string("\(id)")
        fields["channel_id"] = .string(channel)
        fields["author"] = .object(["id": .string("1"), "username": .string("troupe"), "bot": .bool(true)])
        fields["timestamp"] = .string("2026-01-01T00:00:00+00:00")
        fields["type"] = .integer(0)
        fields["attachments"] = .array([])
        fields["embeds"] = .array([])
        if fields["content"] == nil { fields["content"] = .string("") }
        return .object(fields)
    }

    private static func nonce(_ json: JSONValue) -> String? { if case .object(let fields) = json { fields["nonce"]?.string } else { nil } }

    private static func text(_ json: JSONValue) -> String { (try? String(decoding: JSONEncoder().encode(json), as: UTF8.self)) ?? "null" }

    private static func isMultipart(_ request: RESTRequest) -> Bool { request.headers.contains { $0.value.hasPrefix("multipart/") } }

    private static func json(_ body: [UInt8]) -> JSONValue {
        var json = body[...]
        if body.starts(with: Array("--".utf8)), let start = body.firstIndex(of: UInt8(ascii: "{")) {
            json = body[start...]
            // The JSON part ends at its line's end: what we encode has no line breaks.
            if let end = json.firstIndex(of: 0x0D) { json = json[..<end] }
        }
        return (try? JSONDecoder().decode(JSONValue.self, from: Data(json))) ?? .null
    }
}

/// A client of a tiny Discord that gives up at the first fault, so that the layers above can be watched.
func client(of discord: TinyDiscord, clock: any WallClock) -> RESTClient {
    var configuration = RESTClient.Configuration(token: Secret("t"), baseURL: "http://discord")
    configuration.attempts = 1
    return RESTClient(configuration: configuration, transport: discord, clock: clock, logger: quiet, randomness: seeded(1))
}
