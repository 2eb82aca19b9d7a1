import OrderedCollections
import Support
import Testing

@testable import DiscordEmulator

@Suite("The gateway", .timeLimit(.minutes(10)))
struct GatewayTests {
    let stage = Stage()

    @Test("greets, takes an identify, tells READY and the guilds, answers heartbeats")
    func identify() async throws {
        let line = stage.connect()
        #expect(await line.until("op 10")?["d"]?["heartbeat_interval"] == 41_250)
        line.identify()
        let ready = try #require(await line.until("READY")?["d"])
        #expect(ready["resume_gateway_url"]?.string?.hasSuffix("/gateway") == true)
        #expect(ready["guilds"]?.array?.first?["unavailable"] == true)
        let guild = try #require(await line.until("GUILD_CREATE")?["d"])
        #expect(guild["members"]?.array?.count == 3)
        line.send(["op": 1, "d": 2])
        #expect(await line.until("op 11") != nil)
        #expect(stage.control.isOnline())
    }

    @Test("wrong beginnings are closed with Discord's codes")
    func refusals() async {
        let strict = Stage {
            $0.token = .init("right")
            $0.disallowedIntents = Intents.messageContent.rawValue
        }
        let frames: [(String, Int)] = [
            (#"{"op":2,"d":{"token":"wrong","intents":0,"properties":{}}}"#, 4004),
            (#"{"op":2,"d":{"token":"right","intents":32768,"properties":{}}}"#, 4014),
            (#"{"op":2,"d":{"token":"right","intents":-1,"properties":{}}}"#, 4013),
            (#"{"op":2,"d":{"token":"right","intents":0,"properties":{},"shard":[2,2]}}"#, 4010),
            (#"{"op":2,"d":{"intents":0}}"#, 4002),
            (#"{"op":3,"d":{}}"#, 4003), (#"{"op":99}"#, 4001), ("nonsense", 4002),
            ("{\"op\":1,\"d\":null,\"x\":\"\(String(repeating: "x", count: 4_096))\"}", 4002),
        ]
        for (text, code) in frames {
            let line = strict.connect()
            line.send(text)
            #expect(await line.closeCode() == code, "\(text.prefix(60))")
        }
        let twice = strict.connect()
        twice.identify(intents: 0, token: "right")
        twice.identify(intents: 0, token: "right")
        #expect(await twice.closeCode() == 4005)
    }

    @Test("more than 120 payloads a minute are too many")
    func flood() async {
        let line = stage.connect()
        for n in 0..<121 { line.send(["op": 1, "d": .int(n)]) }
        #expect(await line.closeCode() == 4008)
    }

    @Test("a killed bot resumes where it was, also in a new process, and misses nothing")
    func resume() async throws {
        let line = stage.connect()
        line.identify()
        let session = try #require(await line.until("READY")?["d"]?["session_id"]?.string)
        try stage.control.say("one")
        let seen = try #require(await line.until("MESSAGE_CREATE")?["s"]?.int)
        line.drop()
        #expect(!stage.control.isOnline())
        try stage.control.say("two")
        try stage.control.say("three")
        stage.clock.advance(by: .seconds(100))

        let back = stage.connect()
        back.send(["op": 6, "d": ["token": "any-token", "session_id": .string(session), "seq": .int(seen)]])
        #expect(await back.names(until: "RESUMED") == ["MESSAGE_CREATE", "MESSAGE_CREATE", "RESUMED"])
        #expect(stage.control.isOnline())
    }

    @Test("a session is gone after its time, after a proper goodbye, for another token, or for an impossible sequence")
    func lostSessions() async throws {
        func session() async throws -> (Line, String) {
            let line = stage.connect()
            line.identify()
            return (line, try #require(await line.until("READY")?["d"]?["session_id"]?.string))
        }
        func resumed(_ session: String, token: String = "any-token", seq: Int = 1) async -> Bool {
            let line = stage.connect()
            line.send(["op": 6, "d": ["token": .string(token), "session_id": .string(session), "seq": .int(seq)]])
            _ = await line.next()
            guard case .frame(let bytes) = await line.next() else { return false }
            return (try? JSONReader.read(bytes))?["op"] != 9
        }
        let (goodbye, first) = try await session()
        goodbye.drop(code: 1000)
        #expect(await !resumed(first))
        let (late, second) = try await session()
        late.drop()
        #expect(await !resumed(second, token: "other"))
        #expect(await !resumed(second, seq: 99))
        stage.clock.advance(by: .seconds(181))
        #expect(await !resumed(second))
    }

    @Test("a session that missed more than its buffer holds must identify again")
    func overflow() throws {
        var session = GatewaySession(
            id: "s", ear: .init(applicationID: ID(1), intents: [], shard: 0, shardCount: 1), token: "t", limitEvents: 5, limitBytes: 1_000)
        for n in 0..<8 { _ = session.dispatch("X", Array("\(n)".utf8)) }
        #expect(session.events(after: 3)?.count == 5)
        #expect(session.events(after: 2) == nil)
        #expect(session.events(after: 8)?.isEmpty == true)
        #expect(session.events(after: 9) == nil)
        _ = session.dispatch("BIG", [UInt8](repeating: 0x31, count: 2_000))
        #expect(session.replayBytes <= 1_000)
    }

    @Test("without the intent, content is blank but for what concerns the bot")
    func content() async throws {
        let line = stage.connect()
        line.identify(intents: Intents([.guilds, .guildMessages]).rawValue)
        _ = await line.until("READY")
        try stage.control.say("secret")
        #expect(await line.until("MESSAGE_CREATE")?["d"]?["content"] == "")
        try stage.control.say("hey <@\(World.defaultApplication)>")
        #expect(await line.until("MESSAGE_CREATE")?["d"]?["content"]?.string?.hasPrefix("hey") == true)
        _ = stage.say(["content": "own words"])
        #expect(await line.until("MESSAGE_CREATE")?["d"]?["content"] == "own words")
    }

    @Test("each shard hears its own guilds, and direct messages go to the first")
    func shards() async throws {
        let shard = Int((World.firstGuild.raw >> 22) % 2)
        let ours = stage.connect()
        ours.identify(shard: [.int(shard), 2])
        let other = stage.connect()
        other.identify(shard: [.int(1 - shard), 2])
        #expect(await ours.until("READY")?["d"]?["guilds"]?.array?.count == 1)
        #expect(await other.until("READY")?["d"]?["guilds"]?.array?.count == 0)
        try stage.control.say("for one shard")
        #expect(await ours.until("MESSAGE_CREATE") != nil)
        #expect(stage.core.step { state in state.hub.sessions.values.map(\.sequence).sorted() } == [1, 3])
    }

    @Test("members are told when asked for")
    func members() async {
        let line = stage.connect()
        line.identify()
        _ = await line.until("GUILD_CREATE")
        line.send(["op": 8, "d": ["guild_id": .id(World.firstGuild), "query": "", "limit": 0, "nonce": "n"]])
        let chunk = await line.until("GUILD_MEMBERS_CHUNK")?["d"]
        #expect(chunk?["members"]?.array?.count == 3)
        #expect(chunk?["nonce"] == "n")
    }

    @Test("who does not beat is cut off")
    func heartbeat() async throws {
        let line = stage.connect()
        let due = try #require(stage.core.checkHeartbeat(line.id))
        stage.clock.advance(by: due - stage.clock.now())
        #expect(stage.core.checkHeartbeat(line.id) == nil)
        #expect(await line.closeCode() == 4009)
    }
}
