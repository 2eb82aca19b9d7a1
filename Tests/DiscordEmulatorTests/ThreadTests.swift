import DiscordModels
import OrderedCollections
import Support
import Testing

@testable import DiscordEmulator

@Suite("Threads", .timeLimit(.minutes(10)))
struct ThreadTests {
    let stage = Stage()
    private let threads = "/channels/\(Stage.general)/threads"
    private var forum: String { "\(World.showcase)" }

    @Test("a thread on a message bears its id, shows on it, and begins with what stands for it")
    func onMessage() async throws {
        let line = stage.connect()
        line.identify()
        let asked = try stage.control.say("A question")
        _ = await line.until("MESSAGE_CREATE")
        let made = stage.call("POST", "/channels/\(Stage.general)/messages/\(asked)/threads", ["name": "Answers"])
        #expect(made.status == 201)
        #expect(made.json["id"]?.string == "\(asked)")
        #expect(made.json["type"] == 11)
        #expect(made.json["parent_id"]?.string == Stage.general)
        #expect(made.json["member"]?["user_id"]?.string == stage.application)
        #expect(await line.until("THREAD_CREATE")?["d"]?["newly_created"] == true)
        let marked = try #require(await line.until("MESSAGE_UPDATE")?["d"])
        #expect((marked["flags"]?.int ?? 0) & 32 == 32)
        #expect(marked["thread"]?["name"] == "Answers")
        let starter = try #require(await line.until("MESSAGE_CREATE")?["d"])
        #expect(starter["type"] == 21)
        #expect(starter["referenced_message"]?["content"] == "A question")
        #expect(stage.call("POST", "/channels/\(Stage.general)/messages/\(asked)/threads", ["name": "Again"]).code == 160_004)
        #expect(stage.call("POST", "/channels/\(asked)/messages", ["content": "An answer"]).json["position"] == 0)
        #expect(stage.call("GET", "/channels/\(asked)").json["message_count"] == 1)
    }

    @Test("a public thread is announced in its channel; a private one is seen by its members only")
    func withoutMessage() async throws {
        let open = stage.call("POST", threads, ["name": "Open", "type": 11])
        #expect(open.status == 201)
        let notice = try #require(try stage.control.messages().first)
        #expect(notice.content == "Open")
        let hidden = stage.call("POST", threads, ["name": "Hidden"])
        #expect(hidden.json["type"] == 12)
        let id = try #require(hidden.json["id"]?.string.flatMap { ID($0) })
        let guest = stage.control.acting(as: EmulatorControl.secondPerson)
        #expect(throws: EmulatorControl.Refused.self) { try guest.messages(in: .init(id.raw)) }
        #expect(stage.call("PUT", "/channels/\(id)/thread-members/\(World.secondHuman)").status == 204)
        #expect(try guest.messages(in: .init(id.raw)).count == 1)
        #expect(stage.call("GET", "/channels/\(id)/thread-members").json.array?.count == 2)
        #expect(stage.call("DELETE", "/channels/\(id)/thread-members/\(World.secondHuman)").status == 204)
        #expect(throws: EmulatorControl.Refused.self) { try guest.messages(in: .init(id.raw)) }
        let active = stage.call("GET", "/guilds/\(Stage.guild)/threads/active").json
        #expect(active["threads"]?.array?.count == 2)
        #expect(active["members"]?.array?.count == 2)
    }

    @Test("a person who opens a private thread and adds the bot makes it known to the bot")
    func invited() async throws {
        let line = stage.connect()
        line.identify()
        _ = await line.until("GUILD_CREATE")
        let thread = try stage.control.openThread("Between us", isPrivate: true, saying: "hello")
        try stage.core.step { (state) throws(World.PlayError) in
            try state.world.changeMember(World.defaultApplication, of: ID(thread.rawValue), adds: true, as: World.firstHuman)
        }
        #expect(await line.until("THREAD_CREATE")?["d"]?["name"] == "Between us")
        #expect(await line.until("THREAD_MEMBERS_UPDATE")?["d"]?["added_members"]?.array?.count == 1)
    }

    @Test("a thread that is quiet for its time is archived, and opens again when somebody writes")
    func archive() async throws {
        let made = stage.call("POST", threads, ["name": "Short", "type": 11, "auto_archive_duration": 60])
        let id = try #require(made.json["id"]?.string)
        stage.clock.advance(by: .seconds(3_500))
        _ = stage.call("POST", "/channels/\(id)/messages", ["content": "still here"])
        stage.clock.advance(by: .seconds(3_500))
        #expect(stage.call("GET", "/channels/\(id)").json["thread_metadata"]?["archived"] == false)
        let line = stage.connect()
        line.identify()
        _ = await line.until("GUILD_CREATE")
        stage.clock.advance(by: .seconds(200))
        #expect(stage.call("GET", "/channels/\(id)").json["thread_metadata"]?["archived"] == true)
        #expect(await line.until("THREAD_UPDATE")?["d"]?["thread_metadata"]?["archived"] == true)
        let archived = "/channels/\(Stage.general)/threads/archived/public"
        let page = stage.call("GET", archived).json
        #expect(page["threads"]?.array?.count == 1)
        #expect(page["has_more"] == false)
        #expect(stage.call("GET", "\(archived)?before=2020-01-01T00:00:00Z").json["threads"]?.array?.isEmpty == true)
        #expect(stage.call("PATCH", "/channels/\(id)", ["name": "Other"]).code == 50083)
        #expect(stage.call("PUT", "/channels/\(id)/thread-members/\(World.secondHuman)").code == 50083)
        #expect(stage.call("POST", "/channels/\(id)/messages", ["content": "again"]).status == 200)
        #expect(stage.call("GET", "/channels/\(id)").json["thread_metadata"]?["archived"] == false)
    }

    @Test("a locked thread is for those who manage threads")
    func locked() throws {
        let id = try #require(stage.call("POST", threads, ["name": "Done", "type": 11]).json["id"]?.string)
        #expect(stage.call("PATCH", "/channels/\(id)", ["locked": true]).json["thread_metadata"]?["locked"] == true)
        let guest = stage.control.acting(as: EmulatorControl.secondPerson)
        let room = ChannelID(try #require(UInt64(id)))
        #expect(throws: EmulatorControl.Refused.self) { try guest.say("let me in", in: room) }
        #expect(stage.call("POST", "/channels/\(id)/messages", ["content": "I manage"]).status == 200)
    }

    @Test("a post of a forum is a thread and its first message in one, filed under the forum's tags")
    func posts() async throws {
        let line = stage.connect()
        line.identify()
        _ = await line.until("GUILD_CREATE")
        let tags = try #require(stage.call("GET", "/channels/\(forum)").json["available_tags"]?.array)
        let body: JSON = ["name": "Sunrise", "message": ["content": "Look"], "applied_tags": [tags[0]["id"] ?? 0]]
        let made = stage.call("POST", "/channels/\(forum)/threads", body)
        #expect(made.status == 201)
        #expect(made.json["id"] == made.json["message"]?["id"])
        #expect(made.json["applied_tags"] == [tags[0]["id"] ?? 0])
        #expect(await line.names(until: "MESSAGE_CREATE") == ["THREAD_CREATE", "MESSAGE_CREATE"])
        #expect(stage.call("POST", "/channels/\(forum)/messages", ["content": "x"]).code == 50008)
        #expect(stage.call("POST", "/channels/\(forum)/threads", ["name": "Empty", "message": ["content": ""]]).code == 50006)
        #expect(stage.call("POST", "/channels/\(forum)/threads", ["name": "None"]).json["errors"]?["message"] != nil)
        let wrong: JSON = ["name": "Tags", "message": ["content": "x"], "applied_tags": ["1"]]
        #expect(stage.call("POST", "/channels/\(forum)/threads", wrong).code == 10087)
        let active = stage.call("GET", "/guilds/\(Stage.guild)/threads/active").json["threads"]?.array
        #expect(active?.count == 1, "a refused post leaves nothing")
        let posted = try stage.control.openThread("From a person", in: EmulatorControl.showcase, saying: "Mine")
        #expect(try stage.control.messages(in: posted).map(\.content) == ["Mine"])
    }

    @Test("channels are made, changed and deleted with all that is in them")
    func channels() async throws {
        let made = stage.call("POST", "/guilds/\(Stage.guild)/channels", ["name": "workshop", "topic": "Tools"])
        #expect(made.status == 201)
        let id = try #require(made.json["id"]?.string)
        let thread = stage.call("POST", "/channels/\(id)/threads", ["name": "Inside", "type": 11]).json["id"]?.string
        #expect(stage.call("PATCH", "/channels/\(id)", ["parent_id": "1"]).json["errors"]?["parent_id"] != nil)
        #expect(stage.call("DELETE", "/channels/\(id)").json["name"] == "workshop")
        #expect(stage.call("GET", "/channels/\(id)").code == 10003)
        #expect(stage.call("GET", "/channels/\(try #require(thread))").code == 10003)
    }
}
