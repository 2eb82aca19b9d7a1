import DiscordModels
import OrderedCollections
import Support
import Testing

@testable import DiscordEmulator

@Suite("Interactions")
struct InteractionTests {
    let stage = Stage()

    @Test("an answer after three seconds is too late, and the person reads that nothing came")
    func late() throws {
        let interaction = try stage.interaction()
        stage.clock.advance(by: .milliseconds(3_001))
        #expect(stage.acknowledge(interaction, ["type": 5]).code == 10062)
        #expect(stage.now(interaction)?.state == .failed)
        #expect(stage.now(interaction)?.error == "The application did not respond")
    }

    @Test("an answer may come as a form without files, as a library sends it")
    func form() throws {
        let interaction = try stage.interaction()
        let body = "payload_json=%7B%22type%22%3A4%2C%22data%22%3A%7B%22content%22%3A%22two+words+%26+more%22%7D%7D"
        let answer = stage.call(
            "POST", "/interactions/\(interaction.id)/\(interaction.token)/callback", raw: Array(body.utf8),
            type: "application/x-www-form-urlencoded")
        #expect(answer.status == 204)
        #expect(stage.call("GET", stage.webhook(interaction) + "/messages/@original").json["content"] == "two words & more")
    }

    @Test("the token ends after fifteen minutes, and a deferred answer that never came disappears")
    func expiry() throws {
        let interaction = try stage.interaction()
        #expect(stage.acknowledge(interaction, ["type": 5]).status == 204)
        stage.clock.advance(by: .seconds(15 * 60 + 1))
        let edit = stage.call("PATCH", "\(stage.webhook(interaction))/messages/@original", ["content": "late"])
        #expect(edit.status == 401)
        #expect(edit.code == 50027)
        #expect(stage.now(interaction)?.state == .failed)
        #expect(try stage.control.messages().isEmpty)
    }

    @Test("an ephemeral answer is seen by its person only, and the API shows it to no one")
    func ephemeral() throws {
        let interaction = try stage.interaction()
        #expect(stage.acknowledge(interaction, ["type": 4, "data": ["content": "only you", "flags": 64]]).status == 204)
        #expect(try stage.control.messages().first?.content == "only you")
        #expect(try stage.control.acting(as: EmulatorControl.secondPerson).messages().isEmpty)
        #expect(stage.call("GET", "/channels/\(Stage.general)/messages").json == [])
    }

    @Test("the first followup after deferring fills the waiting answer; the next ones are new")
    func followups() throws {
        let interaction = try stage.interaction()
        #expect(stage.call("POST", stage.webhook(interaction), ["content": "early"]).code == 10015)
        _ = stage.acknowledge(interaction, ["type": 5, "data": ["flags": 64]])
        let first = stage.call("POST", stage.webhook(interaction), ["content": "first"])
        #expect(first.json["flags"] == 64)
        let second = stage.call("POST", stage.webhook(interaction), ["content": "second"])
        #expect(second.json["id"] != first.json["id"])
        #expect(stage.call("GET", "\(stage.webhook(interaction))/messages/@original").json["content"] == "first")
        let id = second.json["id"]?.string ?? ""
        #expect(stage.call("PATCH", "\(stage.webhook(interaction))/messages/\(id)", ["content": "2nd"]).json["content"] == "2nd")
        #expect(stage.call("DELETE", "\(stage.webhook(interaction))/messages/\(id)").status == 204)
        #expect(stage.call("GET", "\(stage.webhook(interaction))/messages/\(id)").code == 10008)
        #expect(stage.call("GET", "/webhooks/\(stage.application)/wrong/messages/@original").code == 10015)
    }

    @Test("asked for its response, the callback tells the message it made")
    func withResponse() throws {
        let interaction = try stage.interaction()
        let answer = stage.acknowledge(interaction, ["type": 4, "data": ["content": "hi"]], query: "?with_response=true")
        #expect(answer.status == 200)
        #expect(answer.json["resource"]?["message"]?["content"] == "hi")
        #expect(answer.json["interaction"]?["response_message_id"] == answer.json["resource"]?["message"]?["id"])
    }

    @Test("the wrong kind of callback is refused and leaves the interaction open")
    func wrongKind() throws {
        let interaction = try stage.interaction()
        for type in [1, 7, 8, 99] { #expect(stage.acknowledge(interaction, ["type": .int(type)]).code == 50035) }
        #expect(stage.acknowledge(interaction, ["type": 4, "data": [:]]).code == 50006)
        #expect(stage.acknowledge(interaction, ["type": 4, "data": ["content": "right"]]).status == 204)
    }

    @Test("a button edits its message, or answers beside it; a disabled one cannot be pressed")
    func button() throws {
        let buttons: JSON = [
            [
                "type": 1,
                "components": [
                    ["type": 2, "style": 1, "label": "Again", "custom_id": "again"],
                    ["type": 2, "style": 2, "label": "Off", "custom_id": "off", "disabled": true],
                ],
            ]
        ]
        let text = try #require(stage.say(["content": "press", "components": buttons]).json["id"]?.string)
        let message = try #require(ID(text))
        #expect(throws: EmulatorControl.Refused.self) { try stage.control.press("off", on: .init(message.raw)) }
        #expect(throws: EmulatorControl.Refused.self) { try stage.control.press("none", on: .init(message.raw)) }
        let id = try stage.control.press("again", on: .init(message.raw))
        let interaction = try #require(stage.core.step { $0.world.interactions[ID(id.rawValue)] })
        #expect(stage.acknowledge(interaction, ["type": 7, "data": ["content": "pressed", "components": []]]).status == 204)
        #expect(try stage.control.messages().first?.content == "pressed")
        #expect(try stage.control.messages().count == 1)
    }

    @Test("a modal opens for its person, and what they typed comes back in its components")
    func modal() throws {
        let opener = try stage.interaction()
        let modal: JSON = [
            "custom_id": "m", "title": "Tell",
            "components": [
                ["type": 18, "label": "Name", "component": ["type": 4, "custom_id": "name", "style": 1, "max_length": 5]],
                [
                    "type": 18, "label": "Colour",
                    "component": ["type": 3, "custom_id": "colour", "options": [["label": "Red", "value": "r"]]],
                ],
            ],
        ]
        #expect(stage.acknowledge(opener, ["type": 9, "data": modal]).status == 204)
        let id = InteractionID(opener.id.raw)
        #expect(throws: EmulatorControl.Refused.self) {
            try stage.control.submitModal(of: id, ["name": .string("too long"), "colour": .array([.string("r")])])
        }
        #expect(throws: EmulatorControl.Refused.self) {
            try stage.control.acting(as: EmulatorControl.secondPerson).submitModal(of: id, ["name": .string("x")])
        }
        let submitted = try stage.control.submitModal(of: id, ["name": .string("Blue"), "colour": .array([.string("r")])])
        let interaction = try #require(stage.core.step { $0.world.interactions[ID(submitted.rawValue)] })
        #expect(interaction.kind == .modal)
        #expect(interaction.data["components"]?.array?.first?["component"]?["value"] == "Blue")
        #expect(stage.acknowledge(interaction, ["type": 9, "data": modal]).code == 50035)
        #expect(stage.acknowledge(interaction, ["type": 4, "data": ["content": "thanks"]]).status == 204)
        #expect(try stage.control.messages().first?.content == "thanks")
    }

    static let options: JSON = [
        ["type": 3, "name": "text", "description": "d", "required": true, "min_length": 2, "max_length": 4],
        ["type": 4, "name": "count", "description": "d", "min_value": 1, "max_value": 9],
        ["type": 3, "name": "kind", "description": "d", "choices": [["name": "A", "value": "a"]]],
        ["type": 6, "name": "who", "description": "d"],
    ]

    @Test("the command picker checks options as Discord's does")
    func options() throws {
        let command: JSON = ["name": "o", "description": "d", "options": Self.options]
        let wrong: [JSONObject] = [
            [:], ["text": "x"], ["text": "hello"], ["text": "ok", "count": 0], ["text": "ok", "count": 10], ["text": "ok", "kind": "b"],
            ["text": "ok", "who": "1"], ["text": "ok", "unknown": 1], ["text": 3],
        ]
        for options in wrong { #expect(throws: World.PlayError.self) { try stage.interaction(command, options: options) } }
        let right = try stage.interaction(command, options: ["text": "ok", "count": "3", "kind": "a", "who": .id(World.secondHuman)])
        #expect(right.data["options"]?.array?.count == 4)
        #expect(right.data["options"]?.array?[1]["value"] == 3)
        #expect(right.data["resolved"]?["users"]?["\(World.secondHuman)"]?["username"] == "guest")
        #expect(right.data["resolved"]?["members"]?["\(World.secondHuman)"] != nil)
    }

    @Test("subcommands may be named by words or nested, and context menus get their target")
    func shapes() throws {
        let command: JSON = [
            "name": "credits", "description": "d",
            "options": [["type": 1, "name": "add", "description": "d", "options": [["type": 4, "name": "n", "description": "d"]]]],
        ]
        let nested = try stage.interaction(command, options: ["add": ["n": 3]])
        #expect(nested.data["options"]?.array?.first?["options"]?.array?.first?["value"] == 3)
        #expect(nested.commandName == "credits add")
        let byWords = try stage.control.slash("credits add", ["n": .integer(4)])
        #expect(stage.core.step { $0.world.interactions[ID(byWords.rawValue)]?.commandName } == "credits add")

        try stage.control.say("look at me")
        let menu = try stage.interaction(["name": "Look here", "type": 3])
        #expect(menu.data["resolved"]?["messages"]?.object?.count == 1)
        let user = try stage.interaction(["name": "Look at", "type": 2])
        #expect(user.data["target_id"]?.id == World.secondHuman)
    }

    @Test("registering twice keeps ids; an edit keeps what it does not mention; deletion is final")
    func commands() throws {
        let base = "/applications/\(stage.application)/commands"
        let made = stage.call("POST", base, ["name": "a", "description": "one"])
        #expect(made.status == 201)
        let again = stage.call("POST", base, ["name": "a", "description": "one"])
        #expect(again.status == 200)
        #expect(again.json["id"] == made.json["id"])
        #expect(again.json["version"] == made.json["version"])
        let id = made.json["id"]?.string ?? ""
        let edited = stage.call("PATCH", "\(base)/\(id)", ["description": "two"])
        #expect(edited.json["name"] == "a")
        #expect(edited.json["description"] == "two")
        #expect(edited.json["version"] != made.json["version"])
        #expect(
            stage.call("PUT", base, [["name": "a", "description": "two"], ["name": "b", "description": "x"]]).json.array?.first?["id"]
                == made.json["id"])
        #expect(stage.call("DELETE", "\(base)/\(id)").status == 204)
        #expect(stage.call("GET", "\(base)/\(id)").code == 10063)
        let scope = "/applications/\(stage.application)/guilds/\(Stage.guild)/commands"
        #expect(stage.call("POST", scope, ["name": "g", "description": "guild"]).json["guild_id"]?.string == Stage.guild)
    }

    @Test("webhooks speak as personas, edit their messages, and are bounded")
    func webhooks() throws {
        let path = "/channels/\(Stage.general)/webhooks"
        let hook = stage.call("POST", path, ["name": "Persona"])
        let address = "/webhooks/\(hook.json["id"]?.string ?? "")/\(hook.json["token"]?.string ?? "")"
        #expect(stage.call("POST", address, ["content": "x"]).status == 204)
        let message = stage.call("POST", "\(address)?wait=true", ["content": "I am", "username": "Blue", "avatar_url": "http://a.b/c.png"])
        #expect(message.json["author"]?["username"] == "Blue")
        #expect(message.json["webhook_id"] == hook.json["id"])
        let id = message.json["id"]?.string ?? ""
        #expect(stage.call("PATCH", "\(address)/messages/\(id)", ["content": "I was"]).json["content"] == "I was")
        #expect(stage.call("POST", "\(address)x", ["content": "x"]).code == 50027)
        #expect(stage.call("POST", address, ["content": "x", "username": "discord"]).code == 50035)
        for _ in 0..<14 { #expect(stage.call("POST", path, ["name": "More"]).status == 200) }
        #expect(stage.call("POST", path, ["name": "Too many"]).code == 30007)
    }
}

@Suite("Commands that are not for everybody")
struct CommandAudienceTests {
    let stage = Stage()

    @Test("a command for managers is refused to others, one for guilds is refused in direct messages")
    func hidden() throws {
        let commands: JSON = [
            ["name": "managers", "description": "d", "default_member_permissions": "32"],
            ["name": "guilds", "description": "d", "contexts": [0]],
        ]
        #expect(stage.call("PUT", "/applications/\(stage.application)/commands", commands).status == 200)
        _ = try stage.control.slash("managers")
        let guest = stage.control.acting(as: EmulatorControl.secondPerson)
        #expect(throws: EmulatorControl.Refused.self) { try guest.slash("managers") }
        _ = try guest.slash("guilds")
        let direct = stage.core.step { $0.world.directChannel(between: World.firstHuman, and: World.defaultApplication).id }
        #expect(throws: EmulatorControl.Refused.self) { try stage.control.slash("guilds", in: .init(direct.raw)) }
    }
}
