import Support
import Testing

@testable import ChatExport

@Suite("CSV and text exports")
struct PlainExportTests {
    @Test(arguments: [1, 3, 4_096])
    func `DiscordChatExporter's CSV keeps quotes, commas and line breaks`(pieces: Int) throws {
        let text =
            "\u{FEFF}AuthorID,Author,Date,Content,Attachments,Reactions\r\n"
            + #""5","alice#1234","2023-03-11T14:58:47.6420000+00:00","he said ""hi"","# + "\n" + #"and left","https://a,https://b","👍 (2)""#
            + "\r\n\"6\",\"bob\",\"\",\"\",\"\",\"\"\r\n"
        let messages = try read(text, with: CSVExportReader(), pieces: pieces)
        try #require(messages.count == 2)
        #expect(messages[0].content == "he said \"hi\",\nand left")
        #expect(messages[0].author == ExportedAuthor(id: 5, name: "alice#1234"))
        #expect(messages[0].sentAt == Timestamp(millisecondsSinceEpoch: 1_678_546_727_642))
        #expect(messages[0].attachments == 2)
        #expect(messages[0].author.isCalled("Alice") && messages[0].author.isCalled("5") && !messages[0].author.isCalled("al"))
    }

    @Test func `one column of texts is one person's, with or without a title`() throws {
        let owner = ExportedAuthor(name: "Rowan")
        let titled = try read("messages\nhello there\n\"a, b\"\n\n", with: CSVExportReader(owner: owner))
        #expect(titled.map(\.content) == ["hello there", "a, b"])
        #expect(Set(titled.map(\.author)) == [owner])
        let bare = try read("hello there\nbye", with: CSVExportReader(owner: owner))
        #expect(bare.map(\.content) == ["hello there", "bye"])
    }

    @Test func `a CSV without a column of messages is refused with the reason`() {
        let error = #expect(throws: ExportError.self) { try read("a,b,c\n1,2,3\n", with: CSVExportReader()) }
        #expect(error?.description.contains("Content") == true)
    }

    @Test func `a quote that never ends is told`() {
        #expect(throws: ExportError.truncated) { try read("Content,Author\n\"abc", with: CSVExportReader()) }
    }

    static let rule = String(repeating: "=", count: 62)

    static func text(_ messages: String) -> String {
        "\(rule)\nGuild: G\nChannel: Text / general\nTopic: x\n\(rule)\n\n\(messages)\n\(rule)\nExported 3 message(s)\n\(rule)\n"
    }

    @Test(arguments: [1, 11, 4_096])
    func `text exports give names, lines and days`(pieces: Int) throws {
        let text = Self.text(
            """
            [3/11/2023 2:58 PM] alice (pinned)
            hi there

            [not a date] still the text

            {Attachments}
            https://cdn/a.png

            [3/13/2023 2:59 PM] bob
            {Embed}
            A title

            [4/1/2023 12:05 AM] alice
            late

            """)
        let messages = try read(text, with: TextExportReader(), pieces: pieces)
        try #require(messages.count == 3)
        #expect(messages.map(\.author.name) == ["alice", "bob", "alice"])
        #expect(messages[0].content == "hi there\n\n[not a date] still the text" && messages[0].attachments == 1)
        #expect(messages[1].content == "")
        #expect(messages.map(\.sentAt) == ["2023-03-11 14:58", "2023-03-13 14:59", "2023-04-01 00:05"].map { moment($0) })
    }

    @Test func `the order of day and month is found from what is possible, then from time going one way`() {
        func order(_ dates: String...) -> LocalDate.Order? { DateOrder.of(dates.compactMap(LocalDate.init)) }
        #expect(order("3/11/2023 2:58 PM", "3/13/2023 1:00 AM") == .monthFirst)
        #expect(order("03.11.2023 14:58", "13.11.2023 01:00") == .dayFirst)
        #expect(order("01/02/2023 10:00", "02/02/2023 10:00", "03/02/2023 10:00", "01/03/2023 10:00") == .dayFirst)
        #expect(order("01/02/2023 10:00", "01/03/2023 10:00", "02/01/2023 10:00", "02/03/2023 10:00") == .monthFirst)
        #expect(order("2023-03-11 14:58") == .yearFirst)
        #expect(LocalDate("11-Mar-23 02:58 PM")?.moment(.monthFirst) == moment("2023-03-11 14:58"))
        #expect(LocalDate("what is this") == nil)
    }

    @Test func `a text export without its foot ended early`() {
        #expect(throws: ExportError.truncated) {
            try read("\(Self.rule)\nGuild: G\n\(Self.rule)\n\n[1/2/2023 1:00] a\nx\n", with: TextExportReader())
        }
    }
}
