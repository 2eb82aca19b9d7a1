import DiscordModels
import OrderedCollections
import Support
import Testing

@testable import DiscordEmulator

@Suite("Context menus, selects and modals", .timeLimit(.minutes(10)))
struct InputTests {
    let stage = Stage()

    private func press(_ customID: String, _ values: [JSON], on message: JSON?) throws -> InteractionRecord {
        try stage.core.step { (state) throws(World.PlayError) in
            try state.world.press(customID, on: message?.id, values: values, as: World.firstHuman, nonce: nil)
        }
    }

    @Test("a user command gets its user and member, a message command its message with all that stands in it")
    func targets() throws {
        let user = try stage.interaction(["name": "Greet", "type": 2])
        #expect(user.data["target_id"] == .id(World.secondHuman))
        #expect(user.data["resolved"]?["users"]?["\(World.secondHuman)"]?["username"] == "guest")
        #expect(user.data["resolved"]?["members"]?["\(World.secondHuman)"]?["permissions"] != nil)
        #expect(stage.acknowledge(user, ["type": 4, "data": ["content": "hi"]], query: "?with_response=true").status == 200)
        #expect(try stage.control.messages().first?.content == "hi")
        try stage.control.say("count me", files: [.init(name: "a.txt", bytes: [1])])
        let message = try stage.interaction(["name": "Count words", "type": 3])
        let target = try #require(message.data["target_id"]?.string)
        #expect(message.data["resolved"]?["messages"]?[target]?["content"] == "count me")
        #expect(message.data["resolved"]?["messages"]?[target]?["attachments"]?.array?.count == 1)
    }

    @Test("each kind of select takes what is of its kind, and the application gets the objects")
    func selects() throws {
        let rows = [5, 6, 7, 8].map { type -> JSON in
            var select: JSONObject = ["type": .int(type), "custom_id": .string("s\(type)"), "max_values": 2]
            if type == 8 { select["channel_types"] = [0] }
            return ["type": 1, "components": [.object(select)]]
        }
        let message = stage.say(["content": "choose", "components": .array(rows)]).json["id"]
        let users: [JSON] = [.id(World.firstHuman), .id(World.secondHuman)]
        let chosen = try press("s5", users, on: message)
        #expect(chosen.data["values"] == .array(users))
        #expect(chosen.data["resolved"]?["users"]?.object?.count == 2)
        #expect(chosen.data["resolved"]?["members"]?.object?.count == 2)
        #expect(try press("s6", [.id(World.painter)], on: message).data["resolved"]?["roles"]?.object?.count == 1)
        #expect(try press("s7", [.id(World.painter), .id(World.firstHuman)], on: message).data["resolved"]?.object?.count == 3)
        #expect(try press("s8", [.id(World.pictures)], on: message).data["resolved"]?["channels"]?.object?.count == 1)
        for (select, value) in [("s5", World.painter), ("s6", World.firstHuman), ("s8", World.showcase), ("s8", World.firstHuman)] {
            #expect(throws: World.PlayError.self, "\(select)") { try press(select, [.id(value)], on: message) }
        }
        #expect(throws: World.PlayError.self) { try press("s5", [.id(World.firstHuman), .id(World.firstHuman)], on: message) }
    }

    private static let modal: JSON = [
        "type": 9,
        "data": [
            "custom_id": "all", "title": "Everything",
            "components": [
                label("Text", ["type": 4, "custom_id": "text", "style": 1, "max_length": 10]),
                label(
                    "Word",
                    [
                        "type": 3, "custom_id": "word",
                        "options": [["label": "A", "value": "a", "default": true], ["label": "B", "value": "b"]],
                    ]),
                label("Who", ["type": 5, "custom_id": "who", "required": false]),
                label("File", ["type": 19, "custom_id": "file", "max_values": 2, "file_types": ["image/*", ".txt"]]),
                label(
                    "Boxes", ["type": 22, "custom_id": "boxes", "options": [["label": "A", "value": "a"], ["label": "B", "value": "b"]]]),
            ],
        ],
    ]
    private static func label(_ text: String, _ inner: JSON) -> JSON { ["type": 18, "label": .string(text), "component": inner] }

    @Test("a modal of labels comes back with each input's value, its files and the objects that were chosen")
    func modal() throws {
        let opener = try stage.interaction()
        #expect(stage.acknowledge(opener, Self.modal).status == 204)
        func submit(_ values: JSONObject, _ files: [UploadedFile]) throws -> InteractionRecord {
            try stage.core.step { (state) throws(World.PlayError) in
                try state.world.submit(opener.id, values: values, files: ["file": files], as: World.firstHuman, nonce: nil)
            }
        }
        let file = UploadedFile(index: 0, filename: "notes.txt", contentType: "text/plain", bytes: [1, 2])
        let values: JSONObject = ["text": "hello", "who": [.id(World.secondHuman)], "boxes": ["a", "b"]]
        let data = try submit(values, [file]).data
        let inner = try #require(data["components"]?.array?.compactMap { $0["component"] })
        #expect(inner[0]["value"] == "hello")
        #expect(inner[1]["values"] == ["a"], "what was chosen beforehand stays")
        #expect(inner[2]["values"] == [.id(World.secondHuman)])
        #expect(inner[4]["values"] == ["a", "b"])
        let attachment = try #require(inner[3]["values"]?.array?.first?.string)
        #expect(data["resolved"]?["attachments"]?[attachment]?["filename"] == "notes.txt")
        #expect(data["resolved"]?["users"]?.object?.count == 1)
        let wrong: [(JSONObject, [UploadedFile], String)] = [
            (values.merging(["text": "far too long a text"]) { $1 }, [file], "text"),
            (values.merging(["word": ["c"]]) { $1 }, [file], "word"), (values.merging(["other": "x"]) { $1 }, [file], "other"),
            (values, [], "file"), (values, [UploadedFile(index: 0, filename: "a.exe", contentType: nil, bytes: [0])], "file"),
            (values.merging(["boxes": []]) { $1 }, [file], "boxes"),
        ]
        for (values, files, field) in wrong {
            let refusal = #expect(throws: World.PlayError.self) { try submit(values, files) }
            #expect(refusal?.field == field)
        }
    }

    @Test("what only components may show, and what a message of components may not have")
    func componentsV2() throws {
        let container: JSON = [
            "type": 17, "accent_color": 255,
            "components": [
                ["type": 10, "content": "**Title**"], ["type": 14],
                [
                    "type": 9, "components": [["type": 10, "content": "text"]],
                    "accessory": ["type": 2, "style": 1, "label": "Go", "custom_id": "go"],
                ],
                ["type": 12, "items": [["media": ["url": "https://example.com/a.png"]]]],
                ["type": 1, "components": [["type": 3, "custom_id": "pick", "options": [["label": "A", "value": "a"]]]]],
            ],
        ]
        let made = stage.say(["flags": 32_768, "components": [container]])
        #expect(made.status == 200)
        #expect(try press("go", [], on: made.json["id"]).data["component_type"] == 2)
        #expect(stage.say(["components": [container]]).code == 50035, "without the flag")
        #expect(stage.say(["flags": 32_768, "components": [container], "content": "x"]).json["errors"]?["content"] != nil)
        let file: JSON = ["type": 13, "file": ["url": "attachment://missing.png"]]
        #expect(stage.say(["flags": 32_768, "components": [file]]).json["errors"]?["components"] != nil)
        let plain = try #require(stage.say(["content": "plain"]).json["id"]?.string)
        let path = "/channels/\(Stage.general)/messages/\(plain)"
        #expect(stage.call("PATCH", path, ["components": [container]]).code == 50035)
        #expect(stage.call("PATCH", path, ["components": [container], "flags": 32_768, "content": .null]).status == 200)
        #expect(stage.call("PATCH", path, ["content": "back"]).code == 50035, "there is no way back")
    }

    @Test("messages older than an hour are edited only so often")
    func oldEdits() throws {
        let id = try #require(stage.say(["content": "old"]).json["id"]?.string)
        stage.clock.advance(by: .seconds(3_601))
        let path = "/channels/\(Stage.general)/messages/\(id)"
        for n in 0..<30 { #expect(stage.call("PATCH", path, ["content": .string("\(n)")]).status == 200) }
        let refused = stage.call("PATCH", path, ["content": "more"])
        #expect(refused.status == 429)
        #expect(refused.code == 30046)
        #expect((refused.json["retry_after"]?.double ?? 0) > 0)
        let young = try #require(stage.say(["content": "young"]).json["id"]?.string)
        #expect(stage.call("PATCH", "/channels/\(Stage.general)/messages/\(young)", ["content": "x"]).status == 200)
    }
}
