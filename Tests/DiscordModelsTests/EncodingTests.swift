import DiscordModels
import Foundation
import Support
import Testing

@Suite("Writing what Discord reads")
struct EncodingTests {
    static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    @Test("a message pings nobody unless told to")
    func nobody() throws {
        #expect(try Self.encode(OutgoingMessage(content: "@everyone")) == #"{"allowed_mentions":{"parse":[]},"content":"@everyone"}"#)
        #expect(
            try Self.encode(OutgoingMessage(content: "x", allowedMentions: .only(UserID(5))))
                == #"{"allowed_mentions":{"parse":[],"users":["5"]},"content":"x"}"#)
        #expect(try Self.encode(MessageEdit(content: "x")) == #"{"allowed_mentions":{"parse":[]},"content":"x"}"#)
    }

    @Test("a nonce is enforced")
    func nonce() throws {
        #expect(
            try Self.encode(OutgoingMessage(content: "x", nonce: "12"))
                == #"{"allowed_mentions":{"parse":[]},"content":"x","enforce_nonce":true,"nonce":"12"}"#)
    }

    @Test("an edit leaves what it does not name, empties what is empty, and keeps files it lists")
    func edit() throws {
        let file = FileUpload(filename: "a.png", contentType: "image/png", bytes: [1], description: "a cat")
        #expect(
            try Self.encode(MessageEdit(content: "", components: [], files: [file], keptAttachments: [AttachmentID(9)]))
                == #"{"allowed_mentions":{"parse":[]},"attachments":[{"id":"9"},{"description":"a cat","filename":"a.png","id":"0"}],"#
                + #""components":[],"content":""}"#)
    }

    @Test("first answers have Discord's numbers")
    func responses() throws {
        #expect(try Self.encode(InteractionResponse.deferredMessage(ephemeral: true)) == #"{"data":{"flags":64},"type":5}"#)
        #expect(try Self.encode(InteractionResponse.deferredMessage(ephemeral: false)) == #"{"type":5}"#)
        #expect(try Self.encode(InteractionResponse.pong) == #"{"type":1}"#)
        #expect(
            try Self.encode(InteractionResponse.choices([CommandChoice(name: "a", value: .number(1.5))]))
                == #"{"data":{"choices":[{"name":"a","value":1.5}]},"type":8}"#)
    }

    @Test("a row of buttons is written as Discord wants it")
    func buttons() throws {
        #expect(
            try Self.encode(Component.actionRow([.button(Button("1", style: .primary, customID: "up:1"))]))
                == #"{"components":[{"custom_id":"up:1","label":"1","style":1,"type":2}],"type":1}"#)
    }

    @Test("a command's whole numbers stay whole")
    func command() throws {
        let command = NewApplicationCommand(
            name: "generate", description: "Paint",
            options: [CommandOption(kind: .integer, name: "count", description: "n", minimumValue: 1, maximumValue: 9)])
        #expect(
            try Self.encode(command)
                == #"{"description":"Paint","name":"generate","nsfw":false,"options":[{"description":"n","max_value":9,"min_value":1,"#
                + #""name":"count","type":4}],"type":1}"#)
    }
}
