import OrderedCollections
import Support
import Testing

@testable import DiscordEmulator

@Suite("Wrong requests")
struct BadRequestTests {
    let stage = Stage()

    static let messages: [(body: JSON, path: [String], code: String)] = [
        (["content": .string(String(repeating: "x", count: 2_001))], ["content"], "BASE_TYPE_MAX_LENGTH"),
        (["content": ["a": 1]], ["content"], "STRING_TYPE_CONVERT"),
        (["content": "x", "tts": "yes"], ["tts"], "BOOLEAN_TYPE_CONVERT"),
        (["content": "x", "flags": "many"], ["flags"], "NUMBER_TYPE_COERCE"),
        (["content": "x", "embeds": .array(Array(repeating: ["title": "t"], count: 11))], ["embeds"], "BASE_TYPE_MAX_LENGTH"),
        (["embeds": ["x"]], ["embeds", "0"], "MODEL_TYPE_CONVERT"),
        (["embeds": [["fields": [["name": "n"]]]]], ["embeds", "0", "fields", "0", "value"], "BASE_TYPE_REQUIRED"),
        (["embeds": [["title": .string(String(repeating: "x", count: 257))]]], ["embeds", "0", "title"], "BASE_TYPE_MAX_LENGTH"),
        (["embeds": [["url": "ftp://x.y"]]], ["embeds", "0", "url"], "URL_TYPE_INVALID_SCHEME"),
        (
            ["embeds": .array(Array(repeating: ["description": .string(String(repeating: "x", count: 3_500))], count: 2))], ["embeds"],
            "MAX_EMBED_SIZE_EXCEEDED"
        ),
        (["content": "x", "components": [["type": 2]]], ["components", "0", "type"], "UNION_TYPE_CHOICES"),
        (
            ["content": "x", "components": [["type": 1, "components": [["type": 2, "style": 1, "label": "go"]]]]],
            ["components", "0", "components", "0", "custom_id"], "BASE_TYPE_REQUIRED"
        ),
        (
            ["content": "x", "components": [["type": 1, "components": [["type": 2, "style": 9, "label": "go", "custom_id": "a"]]]]],
            ["components", "0", "components", "0", "style"], "BASE_TYPE_CHOICES"
        ),
        (
            [
                "content": "x",
                "components": [
                    [
                        "type": 1,
                        "components": [
                            ["type": 2, "style": 1, "label": "a", "custom_id": "same"],
                            ["type": 2, "style": 1, "label": "b", "custom_id": "same"],
                        ],
                    ]
                ],
            ], ["components", "0", "components", "1", "custom_id"], "COMPONENT_CUSTOM_ID_DUPLICATED"
        ),
        (
            ["content": "x", "components": .array(Array(repeating: ["type": 1, "components": []], count: 6))], ["components"],
            "BASE_TYPE_MAX_LENGTH"
        ),
        (["content": "x", "components": [["type": 10, "content": "text"]]], ["components", "0", "type"], "UNION_TYPE_CHOICES"),
        (
            ["content": "x", "flags": 32768, "components": [["type": 10, "content": "text"]]], ["content"],
            "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
        ),
        (["content": "x", "nonce": .string(String(repeating: "n", count: 26))], ["nonce"], "BASE_TYPE_MAX_LENGTH"),
        (["content": "x", "attachments": [["id": 0]]], ["attachments", "0", "id"], "ATTACHMENT_NOT_FOUND"),
        (["content": "x", "allowed_mentions": ["parse": ["all"]]], ["allowed_mentions", "parse", "0"], "BASE_TYPE_CHOICES"),
    ]

    @Test("are refused with 50035 and the path of the field", arguments: messages.indices)
    func message(index: Int) {
        let (body, path, code) = Self.messages[index]
        let answer = stage.say(body)
        #expect(answer.status == 400)
        #expect(answer.code == 50035)
        let leaf = path.reduce(answer.json["errors"]) { $0?[$1] }
        #expect(leaf?["_errors"]?.array?.first?["code"]?.string == code, "\(answer.json.text)")
    }

    @Test("name all wrong fields at once")
    func several() {
        let answer = stage.say(["content": .double(1.5), "tts": 3, "embeds": "x"])
        #expect(Set(answer.json["errors"]?.object?.keys.elements ?? []) == ["content", "tts", "embeds"])
    }

    @Test("an empty message, broken JSON, a wrong path and a wrong method get Discord's own answers")
    func general() {
        #expect(stage.say([:]).code == 50006)
        #expect(stage.call("POST", "/channels/\(Stage.general)/messages", raw: Array("{nope".utf8)).code == 50109)
        #expect(stage.call("GET", "/nowhere").status == 404)
        #expect(stage.call("PUT", "/users/@me").status == 405)
        #expect(
            stage.call("POST", "/channels/\(Stage.general)/messages", raw: [1, 2, 3], type: "multipart/form-data; boundary=x").status == 400
        )
    }

    static let commands: [(JSON, String)] = [
        (["description": "no name"], "BASE_TYPE_REQUIRED"),
        (["name": "Upper", "description": "d"], "APPLICATION_COMMAND_INVALID_NAME"),
        (["name": "two words", "description": "d"], "APPLICATION_COMMAND_INVALID_NAME"),
        (["name": "a", "description": ""], "BASE_TYPE_REQUIRED"),
        (["name": "a", "description": "d", "type": 7], "BASE_TYPE_CHOICES"),
        (
            [
                "name": "a", "description": "d",
                "options": [
                    ["type": 3, "name": "x", "description": "d"], ["type": 3, "name": "y", "description": "d", "required": true],
                ],
            ], "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"
        ),
        (
            [
                "name": "a", "description": "d",
                "options": [["type": 3, "name": "x", "description": "d", "autocomplete": true, "choices": [["name": "n", "value": "v"]]]],
            ], "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID"
        ),
        (["name": "a", "description": "d", "options": [["type": 12, "name": "x", "description": "d"]]], "BASE_TYPE_CHOICES"),
        (["name": "Ctx", "type": 3, "description": "none allowed"], "APPLICATION_COMMAND_DESCRIPTION_INVALID"),
    ]

    @Test("wrong commands are refused, and nothing is registered", arguments: commands.indices)
    func command(index: Int) {
        let (body, code) = Self.commands[index]
        let answer = stage.call("PUT", "/applications/\(stage.application)/commands", .array([body]))
        #expect(answer.code == 50035)
        #expect(answer.json.text.contains(code), "\(answer.json.text)")
        #expect(stage.call("GET", "/applications/\(stage.application)/commands").json == [])
    }

    @Test("the token decides: a fixed one is the only one, and one of Discord's form names its application")
    func tokens() {
        let fixed = Stage { $0.token = .init("the-one") }
        #expect(fixed.call("GET", "/users/@me", token: "the-one").status == 200)
        #expect(fixed.call("GET", "/users/@me", token: "another").status == 401)
        // 123456789012345678 in base64.
        let named = stage.call("GET", "/users/@me", token: "MTIzNDU2Nzg5MDEyMzQ1Njc4.abc.def")
        #expect(named.json["id"] == "123456789012345678")
        #expect(stage.call("GET", "/users/@me/guilds", token: "MTIzNDU2Nzg5MDEyMzQ1Njc4.abc.def").json.array?.count == 1)
        #expect(
            stage.call("PUT", "/applications/\(stage.application)/commands", [], token: "MTIzNDU2Nzg5MDEyMzQ1Njc4.abc.def").status == 403)
    }

    @Test("two thousand random bodies never crash it, and never get a 5xx")
    func random() {
        var random = Random(state: 3)
        func value(_ depth: Int) -> JSON {
            switch random.next(depth > 3 ? 6 : 8) {
            case 0: return .null
            case 1: return .bool(random.next(2) == 0)
            case 2: return .int(random.next(40))
            case 3: return .double(Double(random.next(1_000)) / 7)
            case 4: return .string(String(repeating: "x", count: random.next(120)))
            case 5: return .string(["attachment://a.png", "http://x.y", "@everyone", "1"][random.next(4)])
            case 6: return .array((0..<random.next(4)).map { _ in value(depth + 1) })
            default: return .object(object(depth + 1))
            }
        }
        let keys = [
            "content", "embeds", "components", "type", "custom_id", "style", "label", "options", "title", "fields", "name", "value",
            "flags",
            "attachments", "id", "allowed_mentions", "parse", "users", "message_reference", "nonce", "data", "image", "url", "description",
        ]
        func object(_ depth: Int) -> JSONObject {
            var members: JSONObject = [:]
            for _ in 0..<random.next(7) { members[keys[random.next(keys.count)]] = value(depth) }
            return members
        }
        for _ in 0..<2_000 {
            let body = JSON.object(object(0))
            #expect(stage.say(body).status < 500)
            #expect(stage.call("PUT", "/applications/\(stage.application)/commands", .array([body])).status < 500)
        }
    }
}
