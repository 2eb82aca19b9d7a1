import DiscordModels
import OrderedCollections
import Support
import Testing

@testable import DiscordEmulator

@Suite("Worlds from documents")
struct SeedTests {
    let stage = Stage()

    static let atelier = """
        users:
          - {username: ada, global_name: Ada, locale: de}
          - {username: bo}
        applications:
          - {id: "900000000000000001", name: Painter, description: Paints, redirect_uris: [http://127.0.0.1/back]}
        guilds:
          - name: Atelier
            owner: ada
            members: [bo, you]
            roles:
              - {name: Curator, color: "#e91e63", permissions: 8192, hoist: true, members: [bo]}
            channels:
              - {name: Rooms, type: category}
              - name: hall
                category: Rooms
                topic: Come in
                messages:
                  - {by: ada, content: "Welcome, **all**", reactions: [👋]}
                  - {by: bo, content: Hello}
              - {name: rules, read_only: true}
              - {name: vault, only_for: [Curator]}
              - name: gallery
                type: forum
                tags: [oil, ink]
                posts:
                  - {by: ada, name: First, content: Look, tags: [oil], messages: [{by: bo, content: Fine}]}
              - yard
        """

    private func sow(_ text: String) throws(World.PlayError) -> JSON { try stage.core.populate(YAMLReader.read(text)) }

    @Test("people, roles, channels, messages and posts are there, and a second sowing adds nothing")
    func atelier() throws {
        let ids = try sow(Self.atelier)
        let hall = try #require(ids["channels"]?["Atelier/hall"]?.string)
        let messages = stage.call("GET", "/channels/\(hall)/messages").json.array ?? []
        #expect(messages.compactMap { $0["content"]?.string } == ["Hello", "Welcome, **all**"])
        #expect(messages.last?["author"]?["global_name"] == "Ada")
        #expect(messages.last?["reactions"]?.array?.first?["count"] == 1)
        let world = stage.core.step { $0.world }
        let (ada, bo) = (try #require(ids["users"]?["ada"]?.id), try #require(ids["users"]?["bo"]?.id))
        let guild = try #require(ids["guilds"]?["Atelier"]?.id.flatMap { world.guilds[$0] })
        #expect(guild.ownerID == ada)
        #expect(guild.roles.contains { $0.name == "Curator" && $0.color == 0xE9_1E63 && $0.isHoisted })
        func channel(_ name: String) -> ChannelRecord? { ids["channels"]?["Atelier/\(name)"]?.id.flatMap { world.channels[$0] } }
        let vault = try #require(channel("vault"))
        #expect(world.permissions(of: bo, in: vault).contains(.viewChannel))
        #expect(!world.permissions(of: World.firstHuman, in: vault).contains(.viewChannel))
        #expect(!world.permissions(of: bo, in: try #require(channel("rules"))).contains(.sendMessages))
        #expect(channel("hall")?.parentID == channel("Rooms")?.id)
        let post = try #require(world.channels.values.first { $0.name == "First" })
        #expect(post.parentID == channel("gallery")?.id && post.thread?.messageCount == 1)
        #expect(guild.members[World.secondHuman] == nil, "only those who are named are members")
        #expect(world.applications[ID(900_000_000_000_000_001)]?.redirectURIs == ["http://127.0.0.1/back"])
        let again = try sow("guilds: [{name: Atelier, channels: [hall, {name: new}]}]")
        #expect(again["channels"]?["Atelier/hall"]?.string == hall)
        #expect(stage.core.step { $0.world.guilds.count } == 2)
    }

    @Test("a test in Swift sows, saves and loads without HTTP")
    func control() throws {
        let sown = try stage.control.sow(Self.atelier)
        let hall = try #require(sown.channels["Atelier/hall"])
        let bo = stage.control.acting(as: try #require(sown.users["bo"]))
        let saved = try stage.control.saved()
        _ = try bo.say("forgotten", in: hall)
        try stage.control.load(saved)
        #expect(try bo.messages(in: hall).first?.content == "Hello")
        #expect(throws: EmulatorControl.Refused.self) { try stage.control.sow("guilds: 1") }
        try stage.control.run(scenario: "faults: [{kind: error}]")
        #expect(stage.say(["content": "x"]).status == 503)
    }

    @Test(
        "a mistake is named with its place, and nothing of the document is done",
        arguments: [
            ("users: [{username: ada}]\nguilds: [{name: A, owner: nobody}]", "guilds[0].owner"),
            ("users: [{username: ada}, {name: bo}]", "users[1]"),
            ("users: [{username: ada}, {username: Bad Name}]", "users[1]"),
            ("guilds: [{name: A, channels: [{name: x, type: hall}]}]", "guilds[0].channels[0].type"),
            ("guilds: [{name: A, channels: [{name: x, messages: [{by: you}]}]}]", "guilds[0].channels[0].messages[0]"),
            ("guilds: [{name: A, roles: [{name: R, color: pink}]}]", "guilds[0].roles[0].color"),
            ("guilds: [{name: A, chanels: []}]", "guilds[0]"), ("- a", "the document"), ("users: {}", "users"),
        ])
    func mistakes(document: String, place: String) {
        let before = stage.core.step { ($0.world.users.count, $0.world.guilds.count) }
        let error = #expect(throws: World.PlayError.self) { try sow(document) }
        #expect(error?.field == place)
        #expect(stage.core.step { ($0.world.users.count, $0.world.guilds.count) } == before)
    }

    @Test("YAML that is broken, endless or too deep is refused")
    func yaml() throws {
        for text in ["{", "a: [1, 2", String(repeating: "[", count: 100) + String(repeating: "]", count: 100), "? [a]\n: b"] {
            #expect(throws: World.PlayError.self) { _ = try YAMLReader.read(text) }
        }
        let bomb = (1...9).reduce("a0: &a0 [x, x, x, x, x, x, x, x, x]\n") { text, n in
            text + "a\(n): &a\(n) [\(Array(repeating: "*a\(n - 1)", count: 9).joined(separator: ", "))]\n"
        }
        #expect(throws: World.PlayError.self) { _ = try YAMLReader.read(bomb) }
        let read = try YAMLReader.read("a: 1\nb: 1.5\nc: \"2\"\nd: yes\ne: true\nf: ~\n")
        #expect(read == ["a": 1, "b": .double(1.5), "c": "2", "d": "yes", "e": true, "f": .null])
    }
}

@Suite("Faults that come by themselves")
struct ScenarioTests {
    let stage = Stage()

    @Test("each comes at its time, what repeats comes again, and all can be called off")
    func order() throws {
        try stage.core.order(
            YAMLReader.read(
                """
                faults:
                  - {kind: error, status: 503, after_ms: 5000, count: 1}
                  - {kind: rate_limit, retry_after_ms: 700, every_ms: 60000}
                """))
        #expect(stage.say(["content": "fine"]).status == 200)
        stage.clock.advance(by: .seconds(5))
        #expect(stage.say(["content": "refused"]).status == 503)
        #expect(stage.say(["content": "fine"]).status == 200)
        for _ in 0..<2 {
            stage.clock.advance(by: .seconds(60))
            #expect(stage.say(["content": "limited"]).json["retry_after"]?.double == 0.7)
            #expect(stage.say(["content": "fine"]).status == 200)
        }
        #expect(stage.core.step { $0.faults.shown(at: $0.now) }.array?.count == 1)
        stage.control.clearFaults()
        stage.clock.advance(by: .seconds(120))
        #expect(stage.say(["content": "fine"]).status == 200)
    }

    @Test("a 429 by order has the headers of an empty bucket, and the code that was asked for")
    func limited() throws {
        try stage.core.order(["faults": [["kind": "rate_limit", "retry_after_ms": 1_500, "code": 20_028]]])
        let answer = stage.say(["content": "x"])
        #expect(answer.status == 429 && answer.code == 20_028)
        #expect(answer.headers["X-RateLimit-Remaining"] == "0")
        #expect(answer.headers["X-RateLimit-Reset-After"] == "1.500")
        #expect(answer.headers["Retry-After"] == "2")
    }

    @Test("a socket is cut at its time, without anybody asking")
    func socket() async throws {
        try await withEmulator { server in
            let socket = try await RawSocket.connect(try await server.address())
            socket.identify()
            #expect(await server.control.waitUntilOnline())
            try server.core.order(["faults": [["kind": "disconnect", "code": 4000, "after_ms": 50]]])
            #expect(await socket.closeCode() == 4000)
        }
    }

    @Test("a fault that cannot be is refused when it is ordered and not when it would come")
    func wrong() {
        for fault: JSON in [
            ["kind": "error", "status": 200, "after_ms": 10], ["kind": "flood", "every_ms": 1_000], ["kind": "delay", "after_ms": -1],
        ] {
            #expect(throws: World.PlayError.self) { try stage.core.order(["faults": [fault]]) }
        }
        #expect(stage.core.step { $0.faults.waiting.isEmpty })
    }
}
