import DiscordModels
import OrderedCollections
import Support
import Testing

@testable import DiscordEmulator

@Suite("Messages of bots")
struct MessageTests {
    let stage = Stage()

    @Test("a message is there for everybody, with all that Discord says of it")
    func create() throws {
        let answer = stage.say(["content": "Hello <@\(World.firstHuman)>", "nonce": "n1"])
        #expect(answer.status == 200)
        #expect(answer.json["mentions"]?.array?.count == 1)
        #expect(answer.json["nonce"] == "n1")
        #expect(answer.json["author"]?["bot"] == true)
        for key in ["edited_timestamp", "mention_roles", "pinned", "tts", "flags", "components", "embeds", "attachments", "timestamp"] {
            #expect(answer.json[key] != nil, "\(key)")
        }
        #expect(try stage.control.acting(as: EmulatorControl.secondPerson).messages().first?.content == "Hello <@\(World.firstHuman)>")
    }

    @Test("an enforced nonce makes a repeat harmless, and another nonce or author a new message")
    func nonce() {
        let body: JSON = ["content": "once", "nonce": "abc", "enforce_nonce": true]
        let first = stage.say(body)
        #expect(stage.say(body).json["id"] == first.json["id"])
        #expect(stage.say(["content": "once", "nonce": "abd", "enforce_nonce": true]).json["id"] != first.json["id"])
        stage.clock.advance(by: .seconds(301))
        #expect(stage.say(body).json["id"] != first.json["id"])
    }

    @Test("Only a whole mention is one, and whoever is mentioned twice is mentioned once")
    func wholeMentions() {
        let found = World.mentions(in: "<@1> <@!2><@&3> <@<@4> a<@1>b <@&3> <@> <@x> <@5 > <@123456789012345678901> <#6> @7 <@8")
        #expect(found.users == [ID(1), ID(2), ID(4)])
        #expect(found.roles == [ID(3)])
        #expect(!found.everyone)
    }

    @Test("allowed mentions decide who is mentioned")
    func mentions() {
        let you = "\(World.firstHuman)"
        let silent = stage.say(["content": "<@\(World.firstHuman)> @everyone", "allowed_mentions": ["parse": []]])
        #expect(silent.json["mentions"] == [])
        #expect(silent.json["mention_everyone"] == false)
        let one = stage.say(["content": "<@\(World.firstHuman)> <@\(World.secondHuman)>", "allowed_mentions": ["users": [.string(you)]]])
        #expect(one.json["mentions"]?.array?.count == 1)
        let both = stage.say(["content": "hi", "allowed_mentions": ["parse": ["users"], "users": [.string(you)]]])
        #expect(both.code == 50035)
    }

    @Test("a reply names the message it answers and mentions its author; a reply to nothing is refused")
    func reply() throws {
        let asked = try stage.control.say("A question")
        let answer = stage.say(["content": "An answer", "message_reference": ["message_id": .string("\(asked)")]])
        #expect(answer.json["type"] == 19)
        #expect(answer.json["referenced_message"]?["content"] == "A question")
        #expect(answer.json["mentions"]?.array?.count == 1)
        #expect(stage.say(["content": "x", "message_reference": ["message_id": "1"]]).code == 50035)
        let tolerant = stage.say(["content": "x", "message_reference": ["message_id": "1", "fail_if_not_exists": false]])
        #expect(tolerant.json["type"] == 0)
    }

    @Test("files are kept, listed and removed by an edit; those named in embeds are shown there")
    func attachments() throws {
        let files: [UploadedFile] = (0..<3).map { UploadedFile(index: $0, filename: "a \($0).png", contentType: nil, bytes: [1, 2, 3]) }
        let answer = upload("POST", "/channels/\(Stage.general)/messages", ["content": "three"], files)
        let listed = try #require(answer.json["attachments"]?.array)
        #expect(listed.map { $0["filename"] } == ["a_0.png", "a_1.png", "a_2.png"])
        let id = try #require(answer.json["id"]?.string)
        let path = "/channels/\(Stage.general)/messages/\(id)"
        #expect(stage.core.step { $0.world.files.totalBytes } == 9)

        let kept = upload(
            "PATCH", path, ["attachments": [["id": listed[1]["id"] ?? 0], ["id": 0, "description": "new"]]],
            [UploadedFile(index: 0, filename: "new.txt", contentType: "text/plain", bytes: [4])])
        #expect(kept.json["attachments"]?.array?.map { $0["filename"] } == ["a_1.png", "new.txt"])
        #expect(kept.json["content"] == "three")
        #expect(stage.core.step { $0.world.files.totalBytes } == 4)
        #expect(stage.call("PATCH", path, ["content": "still"]).json["attachments"]?.array?.count == 2)

        let embedded = upload(
            "PATCH", path, ["embeds": [["image": ["url": "attachment://pic.png"]]], "attachments": [["id": 0]]],
            [UploadedFile(index: 0, filename: "pic.png", contentType: nil, bytes: SliceTests.png)])
        #expect(embedded.json["attachments"] == [])
        #expect(embedded.json["embeds"]?.array?.first?["image"]?["url"]?.string?.contains("/cdn/attachments/") == true)
        #expect(embedded.json["embeds"]?.array?.first?["image"]?["width"] == 7)
        #expect(stage.call("DELETE", path).status == 204)
        #expect(stage.core.step { $0.world.files.totalBytes } == 0)
        #expect(stage.call("GET", path).code == 10008)
    }

    private func upload(_ method: String, _ path: String, _ payload: JSON, _ files: [UploadedFile]) -> Stage.Answer {
        var body = Array("--b\r\nContent-Disposition: form-data; name=\"payload_json\"\r\n\r\n".utf8) + payload.bytes
        for file in files {
            let head = "\r\n--b\r\nContent-Disposition: form-data; name=\"files[\(file.index)]\"; filename=\"\(file.filename)\"\r\n\r\n"
            body += Array(head.utf8) + file.bytes
        }
        return stage.call(method, path, raw: body + Array("\r\n--b--\r\n".utf8), type: "multipart/form-data; boundary=b")
    }

    @Test("one edits only one's own messages, and not into nothing")
    func edit() throws {
        let theirs = try stage.control.say("mine")
        #expect(stage.call("PATCH", "/channels/\(Stage.general)/messages/\(theirs)", ["content": "x"]).code == 50005)
        let own = try #require(stage.say(["content": "own"]).json["id"]?.string)
        #expect(stage.call("PATCH", "/channels/\(Stage.general)/messages/\(own)", ["content": ""]).code == 50006)
        let edited = stage.call("PATCH", "/channels/\(Stage.general)/messages/\(own)", ["content": "changed"])
        #expect(edited.json["edited_timestamp"]?.string != nil)
    }

    @Test("a channel keeps a bounded number of messages, and attachments a bounded number of bytes")
    func bounds() throws {
        let small = Stage {
            $0.messagesPerChannel = 10
            $0.attachmentBytes = 100
        }
        for n in 0..<25 {
            try small.control.say("\(n)", files: [.init(name: "f", bytes: [UInt8](repeating: 0, count: 30))])
        }
        #expect(try small.control.messages().map(\.content) == (15..<25).reversed().map { "\($0)" })
        #expect(small.core.step { $0.world.files.totalBytes } <= 100)
    }

    @Test("permissions decide where a bot reads and writes")
    func permissions() throws {
        let channels = try #require(stage.call("GET", "/guilds/\(Stage.guild)/channels").json.array)
        #expect(!channels.contains { $0["name"] == "keepers" })
        let news = try #require(channels.first { $0["name"] == "announcements" }?["id"]?.string)
        #expect(stage.call("POST", "/channels/\(news)/messages", ["content": "x"]).code == 50013)
        let hidden = stage.core.step { $0.world.channels.values.first { $0.name == "keepers" }?.id }
        #expect(stage.call("GET", "/channels/\(try #require(hidden))").code == 50001)
        #expect(stage.call("GET", "/channels/1").code == 10003)
        #expect(stage.call("GET", "/channels/abc").code == 50035)
    }

    @Test("a direct message reaches its person and nobody else")
    func direct() throws {
        let channel = stage.call("POST", "/users/@me/channels", ["recipient_id": .string("\(World.secondHuman)")])
        let id = try #require(channel.json["id"]?.string)
        #expect(channel.json["recipients"]?.array?.count == 1)
        #expect(stage.call("POST", "/channels/\(id)/messages", ["content": "psst"]).status == 200)
        let room = try #require(ID(id))
        #expect(throws: EmulatorControl.Refused.self) { try stage.control.messages(in: .init(room.raw)) }
        #expect(try stage.control.acting(as: EmulatorControl.secondPerson).messages(in: .init(room.raw)).count == 1)
    }

    @Test("reactions and pins are counted and taken back")
    func reactions() throws {
        let id = try stage.control.say("react")
        let path = "/channels/\(Stage.general)/messages/\(id)"
        #expect(stage.call("PUT", "\(path)/reactions/%F0%9F%91%8D/@me").status == 204)
        #expect(stage.call("GET", path).json["reactions"]?.array?.first?["me"] == true)
        #expect(stage.call("PUT", "\(path)/reactions/plain/@me").code == 10014)
        #expect(stage.call("DELETE", "\(path)/reactions/%F0%9F%91%8D/@me").status == 204)
        #expect(stage.call("GET", path).json["reactions"] == nil)
        #expect(stage.call("PUT", "/channels/\(Stage.general)/pins/\(id)").status == 204)
        #expect(stage.call("GET", "/channels/\(Stage.general)/pins").json.array?.count == 1)
    }
}
