import DiscordModels
import OrderedCollections
import Support
import Testing

@testable import DiscordEmulator

@Suite("What a bot may read", .timeLimit(.minutes(10)))
struct ContentTests {
    let stage = Stage()
    private static let withoutContent: Int64 = 1 << 0 | 1 << 9 | 1 << 12

    @Test("without the content intent it reads direct messages, mentions and its own words, and of others only that they were there")
    func blanked() async throws {
        let line = stage.connect()
        line.identify(intents: Self.withoutContent)
        let secret = try stage.control.say("secret", files: [.init(name: "a.txt", bytes: [1])])
        let heard = try #require(await line.until("MESSAGE_CREATE")?["d"])
        #expect(heard["content"] == "")
        #expect(heard["attachments"] == [])
        #expect(heard["author"]?["username"] == "you")
        try stage.control.say("<@\(stage.application)> for you", replyTo: secret)
        let mention = try #require(await line.until("MESSAGE_CREATE")?["d"])
        #expect(mention["content"]?.string?.contains("for you") == true)
        #expect(mention["referenced_message"]?["content"] == "", "what it answers was not for the bot")
        try stage.control.say("hello", in: stage.control.directChannel())
        let direct = try #require(await line.until("MESSAGE_CREATE")?["d"])
        #expect(direct["content"] == "hello")
        #expect(direct["channel_type"] == 1)
        #expect(direct["guild_id"] == nil)
        _ = stage.say(["content": "mine"])
        #expect(await line.until("MESSAGE_CREATE")?["d"]?["content"] == "mine")
    }

    @Test("what is not switched on for an application closes with 4014, and REST keeps the content back too")
    func switchedOff() async throws {
        stage.core.step { $0.world.applications[World.defaultApplication]?.disallowedIntents = .messageContent }
        let line = stage.connect()
        line.identify()
        #expect(await line.closeCode() == 4014)
        let id = try stage.control.say("secret")
        #expect(stage.call("GET", "/channels/\(Stage.general)/messages/\(id)").json["content"] == "")
        #expect(stage.call("GET", "/channels/\(Stage.general)/messages").json.array?.first?["content"] == "")
        #expect((stage.call("GET", "/applications/@me").json["flags"]?.int ?? 0) & 1 << 19 == 0)
    }

    @Test("a direct channel is heard of by its messages, and not on a shard other than the first")
    func directShard() async throws {
        let second = stage.connect()
        second.identify(shard: [1, 2])
        _ = await second.until("READY")
        let first = stage.connect()
        first.identify(shard: [0, 2])
        _ = await first.until("READY")
        try stage.control.say("hello", in: stage.control.directChannel())
        #expect(await first.names(until: "MESSAGE_CREATE").filter { $0 != "GUILD_CREATE" } == ["MESSAGE_CREATE"])
        _ = stage.core.step { $0.hub.sessions.values.map(\.sequence) }
        #expect(stage.core.step { $0.hub.sessions.values.first { $0.ear.shard == 1 }?.replay.count } ?? 9 <= 2)
    }

    @Test("several messages go in one event, but none older than two weeks")
    func bulk() async throws {
        let ids = try (0..<3).map { try stage.control.say("\($0)") }
        let line = stage.connect()
        line.identify()
        let list = JSON.array(ids.map { .string("\($0)") })
        #expect(stage.call("POST", "/channels/\(Stage.general)/messages/bulk-delete", ["messages": list]).status == 204)
        #expect(await line.until("MESSAGE_DELETE_BULK")?["d"]?["ids"]?.array?.count == 3)
        #expect(try stage.control.messages().isEmpty)
        stage.clock.advance(by: .seconds(15 * 86_400))
        #expect(stage.call("POST", "/channels/\(Stage.general)/messages/bulk-delete", ["messages": list]).code == 50034)
    }

    @Test("history is read before, after and around a message")
    func history() throws {
        let ids = try (0..<10).map { try stage.control.say("\($0)") }
        func page(_ query: String) -> [String] {
            stage.call("GET", "/channels/\(Stage.general)/messages?\(query)").json.array?.compactMap { $0["content"]?.string } ?? []
        }
        #expect(page("limit=3") == ["9", "8", "7"])
        #expect(page("before=\(ids[5])&limit=2") == ["4", "3"])
        #expect(page("after=\(ids[5])&limit=2") == ["7", "6"])
        #expect(page("around=\(ids[5])&limit=5") == ["7", "6", "5", "4", "3"])
        #expect(stage.call("GET", "/channels/\(Stage.general)/messages?limit=101").code == 50035)
    }
}
