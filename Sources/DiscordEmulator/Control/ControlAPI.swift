import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import OrderedCollections
import Support

/// `/_emulator/…`: how the page, or a test in any language, plays the people. See README.md beside this folder.
///
/// Each path is one function in an extension; what they have in common (who acts, bodies, errors) is here.
struct ControlAPI: Sendable {
    /// Files travel as base64.
    static let maximumBody = 48 << 20

    let core: EmulatorCore

    /// A request that was read.
    struct Call: Sendable {
        var method: String
        var path: [String]
        var query: [String: String]
        var body: JSON
        /// Who acts.
        var user: ID

        func number(_ name: String, _ range: ClosedRange<Int>, default fallback: Int) -> Int {
            min(max(query[name].flatMap { Int($0) } ?? fallback, range.lowerBound), range.upperBound)
        }
    }

    enum Reply: Sendable {
        case json(JSON)
        case nothing
    }

    func respond(to request: Request, path: [String], query: [String: String]) async throws -> Response {
        do {
            if path == ["saved"] { return try await saved(request) }
            let call = try await read(request, path, query)
            if call.method == "GET", path == ["events"] { return events(as: call.user) }
            if call.method != "GET" { core.step { $0.revision += 1 } }
            switch try await route(call) {
            case .json(let body): return EmulatorResponder.json(200, body, headers: [("Cache-Control", "no-store")])
            case .nothing: return Response(status: .noContent)
            }
        } catch let error as World.PlayError {
            var body: JSONObject = ["message": .string(error.message)]
            if let field = error.field { body["field"] = .string(field) }
            return EmulatorResponder.json(error.status, .object(body))
        }
    }

    private func read(_ request: Request, _ path: [String], _ query: [String: String]) async throws -> Call {
        let bytes: ByteBuffer
        do { bytes = try await request.body.collect(upTo: Self.maximumBody) } catch is NIOTooManyBytesError {
            throw World.PlayError("The body is larger than \(Self.maximumBody >> 20) MiB.", status: 413)
        }
        var body = JSON.empty
        if bytes.readableBytes > 0 {
            if request.headers[.contentType]?.contains("yaml") == true {
                body = try YAMLReader.read(String(decoding: bytes.readableBytesView, as: UTF8.self))
            } else {
                do { body = try JSONReader.read(bytes.readableBytesView) } catch {
                    throw World.PlayError("The body is no JSON: \(error).")
                }
            }
            guard body.object != nil else { throw World.PlayError("The body must be a JSON object.") }
        }
        let user = try core.step { (state) throws(World.PlayError) in
            guard let named = query["as"] else { return World.firstHuman }
            guard let id = ID(named), let user = state.world.users[id] else {
                throw World.PlayError("There is no user \(named).", field: "as", status: 404)
            }
            guard !user.isBot else { throw World.PlayError("Bots speak for themselves, by their token.", field: "as", status: 403) }
            return id
        }
        return Call(method: request.method.rawValue, path: path, query: query, body: body, user: user)
    }

    private func route(_ call: Call) async throws -> Reply {
        let path = call.path
        switch (call.method, path.first, path.count) {
        case ("GET", "state", 1): return .json(state(call))
        case ("GET", "channels", 3) where path[2] == "messages": return .json(try messages(call))
        case ("GET", "channels", 3) where path[2] == "pins": return .json(try pins(call))
        case ("POST", "messages", 1): return .json(try say(call))
        case ("PATCH", "messages", 2): return .json(try edit(call))
        case ("DELETE", "messages", 2): return try delete(call)
        case ("PUT", "messages", 4) where path[2] == "reactions": return try react(call, adds: true)
        case ("DELETE", "messages", 4) where path[2] == "reactions": return try react(call, adds: false)
        case ("PUT", "messages", 3) where path[2] == "pin": return try pin(call, true)
        case ("DELETE", "messages", 3) where path[2] == "pin": return try pin(call, false)
        case ("POST", "threads", 1): return .json(try openThread(call))
        case ("PATCH", "threads", 2): return .json(try changeThread(call))
        case ("PUT", "threads", 4) where path[2] == "members": return try changeThreadMember(call, adds: true)
        case ("DELETE", "threads", 4) where path[2] == "members": return try changeThreadMember(call, adds: false)
        case ("POST", "chatter", 1): return .json(try await chatter(call))
        case ("POST", "typing", 1): return try typing(call)
        case ("POST", "dms", 1): return .json(try openDirectChannel(call))
        case ("POST", "interactions", 2) where path[1] == "command": return .json(try command(call))
        case ("POST", "interactions", 2) where path[1] == "autocomplete": return .json(try await autocomplete(call))
        case ("POST", "interactions", 2) where path[1] == "component": return .json(try component(call))
        case ("POST", "interactions", 2) where path[1] == "modal": return .json(try modal(call))
        case ("GET", "interactions", 2): return .json(try await interaction(call))
        case ("GET", "skus", 1): return .json(skus())
        case ("POST", "skus", 1): return .json(try makeSKU(call))
        case ("GET", "entitlements", 1): return .json(entitlements(call))
        case ("POST", "purchases", 1): return .json(try buy(call))
        case ("POST", "refunds", 1): return .json(try refund(call))
        case ("POST", "cancellations", 1): return .json(try cancel(call))
        case ("POST", "users", 1): return .json(try makeUser(call))
        case ("PATCH", "users", 2): return .json(try changeUser(call))
        case ("POST", "guilds", 1): return .json(try makeGuild(call))
        case ("PUT", "guilds", 4) where path[2] == "members": return try changeMember(call, joins: true)
        case ("DELETE", "guilds", 4) where path[2] == "members": return try changeMember(call, joins: false)
        case ("PUT", "guilds", 6) where path[4] == "roles": return try changeRole(call, has: true)
        case ("DELETE", "guilds", 6) where path[4] == "roles": return try changeRole(call, has: false)
        case ("PUT", "guilds", 5) where path[2] == "commands" && path[4] == "permissions": return .json(try setPermissions(call))
        case ("PUT", "installs", 2): return try install(call, true)
        case ("DELETE", "installs", 2): return try install(call, false)
        case ("PATCH", "applications", 2): return .json(try await changeApplication(call))
        case ("POST", "applications", 3) where path[2] == "probe": return .json(try await probe(call))
        case ("POST", "oauth2", 2) where path[1] == "authorize": return .json(try authorize(call))
        case ("GET", "faults", 1): return .json(faults())
        case ("POST", "faults", 1): return .json(try order(call))
        case ("DELETE", "faults", 1): return clearFaults()
        case ("POST", "clock", 1): return .json(try setClock(call))
        case ("POST", "rate_limits", 1): return .json(try setRateLimits(call))
        case ("POST", "reset", 1):
            core.reset()
            return .nothing
        case ("GET", "traffic", 1):
            let after = call.number("after", 0...Int.max, default: 0)
            let limit = call.number("limit", 1...TrafficLog.limit, default: 500)
            return .json(core.step { $0.traffic.shown(after: after, limit: limit) })
        case ("GET", "frames", 1): return .json(frames(call))
        case ("GET", "rate_limits", 1): return .json(core.step { $0.limiter.shown(at: $0.now) })
        case ("GET", "gateway", 1): return .json(core.step { $0.hub.shown })
        case ("POST", "seed", 1): return .json(try core.populate(call.body))
        default:
            throw World.PlayError(
                "There is no \(call.method) /_emulator/\(path.joined(separator: "/")). README.md lists them.", status: 404)
        }
    }
}
