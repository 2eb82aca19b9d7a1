import OrderedCollections
import Support

@testable import DiscordEmulator

/// The emulator without sockets, on a clock that moves when told: requests go straight to its core.
struct Stage: Sendable {
    let clock = ManualClock()
    let core: EmulatorCore
    var token = "any-token"

    init(_ change: (inout EmulatorConfiguration) -> Void = { _ in }) {
        var configuration = EmulatorConfiguration()
        configuration.enforcesRateLimits = false
        change(&configuration)
        core = EmulatorCore(configuration, clock: clock)
    }

    var control: EmulatorControl { EmulatorControl(core: core) }
    var application: String { "\(World.defaultApplication)" }
    static let general = "\(World.general)"
    static let guild = "\(World.firstGuild)"

    struct Answer {
        let status: Int
        let json: JSON
        let headers: [String: String]
        var code: Int64? { json["code"]?.int }
    }

    @discardableResult
    func call(
        _ method: String, _ path: String, _ body: JSON? = nil, raw: [UInt8]? = nil, type: String = "application/json", token: String? = nil,
        authorization: String? = nil
    )
        -> Answer
    {
        let target = RequestTarget(path)
        let incoming = EmulatorCore.Incoming(
            method: method, path: target.segments, shownPath: path, query: target.query,
            authorization: authorization ?? "Bot \(token ?? self.token)",
            contentType: type, body: raw ?? body?.bytes ?? [])
        let answer = core.perform(incoming, core.admit(incoming))
        return Answer(
            status: answer.status, json: answer.body ?? .null, headers: Dictionary(answer.headers, uniquingKeysWith: { $1 }))
    }

    /// Sends a message to #general.
    @discardableResult
    func say(_ body: JSON) -> Answer { call("POST", "/channels/\(Self.general)/messages", body) }

    /// Registers commands and runs one; the interaction.
    func interaction(_ command: JSON = ["name": "paint", "description": "Paints"], options: JSONObject = [:]) throws -> InteractionRecord {
        call("PUT", "/applications/\(application)/commands", .array([command]))
        var invocation = World.Invocation()
        invocation.name = command["name"]?.string
        invocation.options = options
        if command["type"]?.int == 3 { invocation.targetID = core.step { $0.world.history[World.general]?.last } }
        if command["type"]?.int == 2 { invocation.targetID = World.secondHuman }
        let ready = invocation
        return try core.step { (state) throws(World.PlayError) in
            try state.world.invoke(ready, in: World.general, as: World.firstHuman)
        }
    }

    func acknowledge(_ interaction: InteractionRecord, _ body: JSON, query: String = "") -> Answer {
        call("POST", "/interactions/\(interaction.id)/\(interaction.token)/callback\(query)", body)
    }

    /// What the interaction has become.
    func now(_ interaction: InteractionRecord) -> InteractionRecord? { core.step { $0.world.interactions[interaction.id] } }

    func webhook(_ interaction: InteractionRecord) -> String { "/webhooks/\(application)/\(interaction.token)" }

    /// A gateway connection without a socket: what it would have been sent.
    func connect(_ uri: String = "") -> Line {
        let (frames, outbox) = AsyncStream.makeStream(of: GatewayHub.Outgoing.self)
        return Line(core: core, id: core.connect(outbox, compression: nil, uri: uri) ?? 0, frames: frames)
    }
}

/// One end of a gateway connection.
final class Line {
    let core: EmulatorCore
    let id: Int
    private var iterator: AsyncStream<GatewayHub.Outgoing>.AsyncIterator

    init(core: EmulatorCore, id: Int, frames: AsyncStream<GatewayHub.Outgoing>) {
        self.core = core
        self.id = id
        iterator = frames.makeAsyncIterator()
    }

    func send(_ json: JSON) { core.received(json.bytes, on: id) }
    func send(_ text: String) { core.received(Array(text.utf8), on: id) }

    func identify(intents: Int64 = 0x1F_FFFF & ~(1 << 17 | 1 << 18 | 1 << 19), token: String = "any-token", shard: JSON? = nil) {
        var data: JSONObject = ["token": .string(token), "intents": .int(intents), "properties": ["os": "linux"]]
        if let shard { data["shard"] = shard }
        send(["op": 2, "d": .object(data)])
    }

    /// Ends the connection as a killed process does, or with a code of the bot.
    func drop(code: Int? = nil) { core.disconnected(id, code: code) }

    func next() async -> GatewayHub.Outgoing? { await iterator.next() }

    /// Reads on until that event or opcode comes.
    func until(_ name: String) async -> JSON? {
        while let outgoing = await next() {
            guard case .frame(let bytes) = outgoing, let frame = try? JSONReader.read(bytes) else { return nil }
            if frame["t"]?.string == name || "op \(frame["op"]?.int ?? -1)" == name { return frame }
        }
        return nil
    }

    /// Names of the events up to and with `name`.
    func names(until last: String) async -> [String] {
        var names: [String] = []
        while let outgoing = await next(), case .frame(let bytes) = outgoing, let frame = try? JSONReader.read(bytes) {
            if let name = frame["t"]?.string { names.append(name) }
            if names.last == last { break }
        }
        return names
    }

    func closeCode() async -> Int? {
        while let outgoing = await next() { if case .close(let code, _) = outgoing { return code } }
        return nil
    }
}
