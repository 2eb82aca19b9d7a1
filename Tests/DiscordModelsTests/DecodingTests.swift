import DiscordModels
import Foundation
import Support
import Testing

@Suite("Reading what Discord sends")
struct DecodingTests {
    static func decode<Value: Decodable>(_ json: String, as type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(type, from: Data(json.utf8))
    }

    @Test("a message of a kind, with components, embeds and fields that are new, is still read")
    func tolerantMessage() throws {
        let message: Message = try Self.decode(
            """
            {"id":"1100000000000000001","channel_id":"2","author":{"id":"3","username":"a","global_name":null,"clan":{"x":1}},"content":"",
             "timestamp":"2026-01-01T00:00:00.000000+00:00","edited_timestamp":null,"type":99,"mentions":[],"attachments":[],
             "embeds":[{"type":"rich","title":"t","provider":{"name":"p"},"new":1}],"flags":268435456,"nonce":123456789,
             "components":[{"type":1,"id":1,"components":[{"type":2,"style":9,"custom_id":"c","sparkle":true}]},
              {"type":17,"components":[{"type":10,"content":"x"}]}],"poll":{"a":1}}
            """)
        #expect(message.kind.rawValue == 99 && message.nonce?.text == "123456789")
        #expect(message.flags?.rawValue == 268_435_456)
        guard case .actionRow(let row)? = message.components?.first, case .button(let button)? = row.first else {
            Issue.record("no button")
            return
        }
        #expect(button.style.rawValue == 9)
        guard case .other(let kind, _)? = message.components?.last else {
            Issue.record("the container was lost")
            return
        }
        #expect(kind == 17)
    }

    @Test("a component without a type here goes back as it came")
    func otherComponent() throws {
        let json = #"{"accent_color":7,"components":[{"content":"x","type":10}],"type":17}"#
        let component: Component = try Self.decode(json)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(String(decoding: try encoder.encode(component), as: UTF8.self) == json)
    }

    @Test("ids are read from texts and from numbers", arguments: ["\"5\"", "5"])
    func ids(json: String) throws {
        #expect(try Self.decode(json, as: UserID.self) == UserID(5))
    }

    @Test("what is no id is an error", arguments: ["\"\"", "\"-1\"", "\"18446744073709551616\"", "\"x\"", "null", "1.5"])
    func noIDs(json: String) {
        #expect(throws: DecodingError.self) { try Self.decode(json, as: UserID.self) }
    }

    @Test("an id tells when it was made")
    func time() {
        // The example of Discord's reference.
        #expect(UserID(175_928_847_299_117_063).millisecondsSinceEpoch == 1_462_015_105_796)
    }

    @Test("a command's options, its people and its files are read, in a guild and in a direct message")
    func interaction() throws {
        let guild: Interaction = try Self.decode(
            """
            {"id":"10","application_id":"1","type":2,"token":"t","version":1,"guild_id":"4","channel_id":"5","locale":"en-GB",
             "app_permissions":"562949953421311","attachment_size_limit":10485760,"entitlements":[],"context":0,
             "member":{"user":{"id":"3","username":"a"},"nick":"Al","roles":["7"],"permissions":"8","joined_at":"2026-01-01T00:00:00+00:00"},
             "data":{"id":"9","name":"generate","type":1,"options":[{"name":"prompt","type":3,"value":"a cat"},{"name":"count","type":4,"value":4},
              {"name":"image","type":11,"value":"77"}],
              "resolved":{"attachments":{"77":{"id":"77","filename":"a.png","size":5,"url":"u","content_type":"image/png"}}}}}
            """)
        #expect(guild.author?.id == UserID(3) && guild.member?.nickname == "Al")
        #expect(guild.data?.options?.first?.value?.string == "a cat" && guild.data?.options?[1].value?.integer == 4)
        #expect(guild.data?.resolved?.attachments?[AttachmentID(77)]?.filename == "a.png")
        let direct: Interaction = try Self.decode(
            #"{"id":"10","application_id":"1","type":42,"token":"t","channel_id":"5","user":{"id":"3","username":"a"}}"#)
        #expect(direct.author?.id == UserID(3) && direct.kind.rawValue == 42)
    }

    @Test("nested errors become a list of places")
    func errors() throws {
        let body: APIErrorBody = try Self.decode(
            """
            {"code":50035,"message":"Invalid Form Body","errors":{"options":{"0":{"name":{"_errors":[{"code":"X","message":"bad"}]}},
             "1":{"_errors":[{"code":"Y","message":"worse"}]}},"_errors":[{"code":"Z","message":"worst"}]}}
            """)
        #expect(body.fieldErrors.map(\.path) == ["", "options[0].name", "options[1]"])
        #expect(body.fieldErrors.map(\.code) == ["Z", "X", "Y"])
    }

    @Test("errors nested without end are cut off")
    func deepErrors() throws {
        let depth = 200
        let json =
            #"{"code":1,"message":"m","errors":"# + String(repeating: #"{"a":"#, count: depth)
            + #"{"_errors":[{"code":"X","message":"m"}]}"#
            + String(repeating: "}", count: depth) + "}"
        #expect(try Self.decode(json, as: APIErrorBody.self).fieldErrors.isEmpty)
    }

    @Test("permissions are read from their text")
    func permissions() throws {
        let permissions: Permissions = try Self.decode("\"2147485696\"")
        #expect(permissions.contains([.sendMessages, .useApplicationCommands]) && !permissions.contains(.administrator))
    }
}
