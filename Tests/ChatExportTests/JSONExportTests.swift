import Support
import Testing

@testable import ChatExport

@Suite("DiscordChatExporter's JSON")
struct JSONExportTests {
    static let export = #"""
        {"guild":{"id":"1","name":"G","iconUrl":"https://.."},
         "channel":{"id":"2","type":"GuildPublicThread","categoryId":"3","category":"Text","name":"general","topic":null},
         "dateRange":{"after":null,"before":null},"exportedAt":"2026-03-01T10:00:00.1234567+00:00",
         "messages":[{"id":"9","type":"Reply","timestamp":"2023-03-11T14:58:47.642-08:00","timestampEdited":null,
          "isPinned":false,"content":"hi \"@Bob\" ] } \\ \u00e9","author":{"id":"5","name":"alice","discriminator":"0000","nickname":"Alice",
          "isBot":false,"roles":[{"id":"7","name":"Mod"}]},"attachments":[{"id":"8","url":"..","fileName":"a.png"}],"embeds":[],
          "mentions":[{"id":"6","name":"bob","nickname":"Bob","isBot":false}],"reference":{"messageId":"4","channelId":"2"}},
          {"id":"10","type":"GuildMemberJoin","timestamp":"2023-03-11T14:59:47+00:00","content":"Joined the server.","author":{"id":"6","name":"bob"}},
          {"id":"11","type":"Default","timestamp":"2023-03-11T15:00:00Z","content":"","author":{"id":"6","name":"bob","isBot":true},
           "reference":{"type":"Forward","messageId":"1"},"forwardedMessage":{"content":"x"}},
          {"id":"12","type":"20","timestamp":"2023-03-11T15:00:01+00:00","content":"pong","author":{"id":"8","name":"bot","isBot":true}}],
         "messageCount":4}
        """#

    @Test(arguments: [1, 7, 4_096])
    func `messages come out the same however the bytes are cut`(pieces: Int) throws {
        let messages = try read(Self.export, with: JSONExportReader(), pieces: pieces)
        try #require(messages.count == 4)
        #expect(messages[0].content == "hi \"@Bob\" ] } \\ é")
        #expect(messages[0].author == ExportedAuthor(id: 5, name: "alice", nickname: "Alice"))
        #expect(messages[0].sentAt == Timestamp(millisecondsSinceEpoch: 1_678_575_527_642))
        #expect(messages[0].kind == .reply && messages[0].repliesTo == 4 && messages[0].attachments == 1)
        #expect(messages[0].mentions.map(\.shownName) == ["Bob"])
        #expect(messages[1].kind == .other("GuildMemberJoin"))
        #expect(messages[2].isForwarded && messages[2].repliesTo == nil && messages[2].author.isBot)
        #expect(messages[3].answersCommand && messages[3].kind == .ordinary)
    }

    @Test func `the head tells where it was`() throws {
        var reader = JSONExportReader()
        try reader.feed(Array(Self.export.utf8)) { _ in }
        let expected = ExportedChannel(id: 2, name: "general", kind: "GuildPublicThread", guildID: 1, guildName: "G")
        #expect(reader.channel == expected)
    }

    @Test func `an export of a version with hardly any field is read`() throws {
        let messages = try read(
            #"{"messages":[{"content":"hello","author":{"name":"x"}},{"id":"175928847299117063","author":{"name":"x"}}]}"#,
            with: JSONExportReader())
        #expect(messages.map(\.content) == ["hello", ""])
        #expect(messages[0].id == nil && messages[0].sentAt == nil)
        #expect(messages[1].sentAt == moment("2016-04-30T11:18:25.796Z"))
    }

    @Test func `an export that ends early gives what it holds and says so`() throws {
        var reader = JSONExportReader()
        var count = 0
        try reader.feed(Array(Self.export.utf8.prefix(Self.export.utf8.count - 40))) { _ in count += 1 }
        #expect(count == 3)
        #expect(throws: ExportError.truncated) { try reader.finish { _ in } }
    }

    @Test(arguments: ["{]", "hello", "{\"messages\":[{\"content\":1}]}", "{\"messages\":[[]]}"])
    func `what is not an export is refused with a place`(text: String) {
        let error = #expect(throws: ExportError.self) { try read(text, with: JSONExportReader()) }
        #expect(error?.code == .malformed && (error?.description.contains("at byte") ?? false))
    }

    @Test func `a value without an end does not fill the memory`() throws {
        var reader = JSONExportReader()
        try reader.feed(Array("{\"messages\":[{\"content\":\"".utf8)) { _ in }
        let filler = [UInt8](repeating: 97, count: 1 << 20)
        let error = #expect(throws: ExportError.self) { for _ in 0..<16 { try reader.feed(filler) { _ in } } }
        #expect(error?.code == .tooLarge)
    }
}
