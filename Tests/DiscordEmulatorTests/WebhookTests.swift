import DiscordModels
import OrderedCollections
import Support
import Testing

@testable import DiscordEmulator

@Suite("Webhooks as personas, members and roles", .timeLimit(.minutes(10)))
struct WebhookTests {
    let stage = Stage()

    private func make(in channel: ID = World.general, _ body: JSON = ["name": "Stage"]) throws -> (id: String, path: String) {
        let made = stage.call("POST", "/channels/\(channel)/webhooks", body)
        let id = try #require(made.json["id"]?.string)
        return (id, "/webhooks/\(id)/\(try #require(made.json["token"]?.string))")
    }

    @Test("a webhook speaks under any name and face, edits and deletes what it said")
    func persona() throws {
        let (id, path) = try make()
        let body: JSON = ["content": "I am Ada", "username": "Ada", "avatar_url": "https://example.com/ada.png"]
        #expect(stage.call("POST", path, body).status == 204)
        let said = stage.call("POST", "\(path)?wait=true", body)
        #expect(said.json["author"]?["username"] == "Ada")
        #expect(said.json["author"]?["avatar"]?.string?.isEmpty == false)
        #expect(said.json["webhook_id"]?.string == id)
        let message = try #require(said.json["id"]?.string)
        #expect(stage.call("PATCH", "\(path)/messages/\(message)", ["content": "I was Ada"]).json["content"] == "I was Ada")
        #expect(stage.call("GET", "\(path)/messages/\(message)").json["edited_timestamp"]?.string != nil)
        #expect(stage.call("DELETE", "\(path)/messages/\(message)").status == 204)
        #expect(stage.call("POST", path, ["content": "x", "username": "Discord staff"]).code == 50035)
        #expect(stage.call("POST", "/webhooks/\(id)/wrong", ["content": "x"]).code == 50027)
        #expect(stage.call("POST", "/webhooks/1/wrong", ["content": "x"]).code == 10015)
    }

    @Test("in a thread only with its id, in a forum only as a post")
    func places() throws {
        let (_, path) = try make()
        let thread = try stage.control.openThread("Talk")
        let said = stage.call("POST", "\(path)?wait=true&thread_id=\(thread)", ["content": "in it"])
        #expect(said.json["channel_id"]?.string == "\(thread)")
        let message = try #require(said.json["id"]?.string)
        #expect(stage.call("PATCH", "\(path)/messages/\(message)", ["content": "x"]).code == 10008)
        #expect(stage.call("PATCH", "\(path)/messages/\(message)?thread_id=\(thread)", ["content": "x"]).status == 200)
        #expect(stage.call("POST", "\(path)?thread_id=\(World.pictures)", ["content": "x"]).code == 10003)
        #expect(stage.call("POST", path, ["content": "x", "thread_name": "New"]).code == 220_003)
        let (_, inForum) = try make(in: World.showcase)
        #expect(stage.call("POST", inForum, ["content": "x"]).code == 220_001)
        let post = stage.call("POST", "\(inForum)?wait=true", ["content": "A post", "thread_name": "Sunset", "username": "Ada"])
        #expect(post.json["id"] == post.json["channel_id"])
        #expect(stage.call("GET", "/channels/\(try #require(post.json["id"]?.string))").json["name"] == "Sunset")
    }

    @Test("it is renamed, moved, shown with its own picture, and there are at most fifteen in a channel")
    func manage() throws {
        let picture = "data:image/png;base64,iVBORw0KGgo="
        let (id, path) = try make(in: World.general, ["name": "Face", "avatar": .string(picture)])
        #expect(stage.call("GET", "/webhooks/\(id)").json["avatar"]?.string != nil)
        let moved = stage.call("PATCH", "/webhooks/\(id)", ["channel_id": .id(World.pictures), "name": "Moved"])
        #expect(moved.json["channel_id"] == .id(World.pictures))
        #expect(stage.call("GET", path).json["name"] == "Moved")
        #expect(stage.call("PATCH", path, ["avatar": .null]).json["avatar"] == .null)
        #expect(stage.call("PATCH", path, ["avatar": "nonsense"]).json["errors"]?["avatar"] != nil)
        #expect(stage.call("GET", "/guilds/\(Stage.guild)/webhooks").json.array?.count == 1)
        for _ in 0..<15 { _ = try make() }
        #expect(stage.call("POST", "/channels/\(Stage.general)/webhooks", ["name": "x"]).code == 30007)
        #expect(stage.call("PATCH", "/webhooks/\(id)", ["channel_id": .id(World.general)]).code == 30007)
    }

    @Test("roles below its own a bot makes, gives and takes; those above are out of its reach")
    func roles() async throws {
        let line = stage.connect()
        line.identify(intents: 1 << 0 | 1 << 1)
        _ = await line.until("GUILD_CREATE")
        let made = stage.call("POST", "/guilds/\(Stage.guild)/roles", ["name": "Guest of honour", "color": 0xFFAA00])
        let role = try #require(made.json["id"]?.string)
        #expect(await line.until("GUILD_ROLE_CREATE")?["d"]?["role"]?["name"] == "Guest of honour")
        let member = "/guilds/\(Stage.guild)/members/\(World.secondHuman)"
        #expect(stage.call("PUT", "\(member)/roles/\(role)").status == 204)
        #expect(await line.until("GUILD_MEMBER_UPDATE")?["d"]?["roles"] == [.string(role)])
        #expect(stage.call("PATCH", member, ["nick": "Honoured", "roles": []]).json["nick"] == "Honoured")
        let keeper = try #require(stage.core.step { $0.world.guilds[World.firstGuild]?.roles.first { $0.name == "Keeper" }?.id })
        #expect(stage.call("PUT", "\(member)/roles/\(keeper)").code == 50013)
        #expect(stage.call("PATCH", "/guilds/\(Stage.guild)/roles/\(role)", ["name": "Plain"]).json["name"] == "Plain")
        #expect(stage.call("DELETE", "/guilds/\(Stage.guild)/roles/\(role)").status == 204)
        #expect(stage.call("PATCH", "/guilds/\(Stage.guild)/members/@me", ["nick": "Painter bot"]).json["nick"] == "Painter bot")
        #expect(stage.call("DELETE", "/guilds/\(Stage.guild)/members/\(World.firstHuman)").code == 50013, "the owner stays")
        #expect(stage.call("DELETE", member).status == 204)
        #expect(await line.until("GUILD_MEMBER_REMOVE")?["d"]?["user"]?["username"] == "guest")
    }

    @Test("a member in timeout reads and does not write")
    func timeout() throws {
        let member = "/guilds/\(Stage.guild)/members/\(World.secondHuman)"
        let until = (stage.core.step { $0.now } + .seconds(600)).discordText
        #expect(stage.call("PATCH", member, ["communication_disabled_until": .string(until)]).status == 200)
        let guest = stage.control.acting(as: EmulatorControl.secondPerson)
        #expect(throws: EmulatorControl.Refused.self) { try guest.say("hello") }
        stage.clock.advance(by: .seconds(601))
        try guest.say("hello")
    }

    @Test("a new guild tells its bots, and one that is left says goodbye")
    func guilds() async throws {
        let line = stage.connect()
        line.identify(intents: 1)
        _ = await line.until("GUILD_CREATE")
        let id = stage.core.step { $0.world.makeGuild(named: "Second", by: World.firstHuman).id }
        #expect(await line.until("GUILD_CREATE")?["d"]?["name"] == "Second")
        try stage.core.step { (state) throws(DiscordError) in try state.world.leave(guild: id, World.defaultApplication) }
        #expect(await line.until("GUILD_DELETE")?["d"]?["id"] == .id(id))
    }
}
