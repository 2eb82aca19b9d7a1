import Support
import Testing

@testable import ChatExport

@Suite("DiscordChatExporter's HTML")
struct HTMLExportTests {
    static let page = """
        <!DOCTYPE html><html><head><title>G - general</title><style>.x > .y { color: red }</style>
        <script>if (a < b) { scrollToMessage(event, '1') }</script></head><body>
        <div class="preamble"><div class="preamble__entries-container"><div class="preamble__entry">Tea &amp; Co</div>
        <div class="preamble__entry">Text / general</div></div></div><!-- <div class="chatlog__message-container"> -->
        <div class="chatlog">
        <div class="chatlog__message-group">
        <div id="chatlog__message-container-175928847299117063" class="chatlog__message-container" data-message-id="175928847299117063">
        <div class="chatlog__message"><div class="chatlog__message-aside"><img class="chatlog__avatar" src="a.png" alt="Avatar"></div>
        <div class="chatlog__message-primary">
        <div class="chatlog__reply"><img class="chatlog__reply-avatar"><div class="chatlog__reply-author" title="bob">Bob</div>
        <div class="chatlog__reply-content"><span class="chatlog__reply-link" onclick="scrollToMessage(event,'175928847299117000')">what he said</span></div></div>
        <div class="chatlog__header"><span class="chatlog__author" title="alice" data-user-id="5">Alice</span>
        <span class="chatlog__timestamp" title="x"><a href="#1">11/03/2023 14:58</a></span></div>
        <div class="chatlog__content chatlog__markdown"><span class="chatlog__markdown-preserve">hi <span class="chatlog__markdown-mention" title="bob">@Bob</span>
        a &lt; b <strong>bold</strong><br>next <img loading="lazy" class="chatlog__emoji" alt=":wave:" src="e.png"></span>
        <span class="chatlog__edited-timestamp" title="x">(edited)</span></div>
        <div class="chatlog__attachment"><a href="f.png"><img class="chatlog__attachment-media"></a></div>
        </div></div></div>
        <div id=chatlog__message-container-2 class="chatlog__message-container chatlog__message-container--pinned" data-message-id=2>
        <div class=chatlog__message><div class=chatlog__message-aside><div class=chatlog__short-timestamp title=x>14:59</div></div>
        <div class=chatlog__message-primary><div class="chatlog__content chatlog__markdown"><span class=chatlog__markdown-preserve>second</span></div>
        <div class=chatlog__embed><div class=chatlog__embed-description><span class=chatlog__markdown-preserve>not hers</span></div></div></div></div></div>
        </div>
        <div class="chatlog__message-group"><div class="chatlog__message-container" data-message-id="3"><div class="chatlog__header">
        <span class="chatlog__author" title="helper" data-user-id="8">Helper</span><span class="chatlog__author-tag">BOT</span></div>
        <div class="chatlog__content"><span class="chatlog__markdown-preserve">beep</span></div></div></div>
        <div class="chatlog__message-group"><div class="chatlog__message-container" data-message-id="4">
        <div class="chatlog__system-notification-content"><span class="chatlog__system-notification-author" title="bob">bob</span> joined</div></div></div>
        </div><div class="postamble"><div class="postamble__entry">Exported 4 message(s)</div></div></body></html>
        """

    @Test(arguments: [1, 13, 65_536])
    func `authors, texts, replies and times are found by their classes`(pieces: Int) throws {
        let messages = try read(Self.page, with: HTMLExportReader(), pieces: pieces)
        try #require(messages.count == 4)
        #expect(messages[0].author == ExportedAuthor(id: 5, name: "alice", nickname: "Alice"))
        #expect(messages[0].content == "hi @Bob\na < b bold\nnext :wave:")
        #expect(messages[0].repliesTo == 175_928_847_299_117_000 && messages[0].kind == .reply && messages[0].attachments == 1)
        #expect(messages[0].sentAt == moment("2016-04-30T11:18:25.796Z"))
        #expect(messages[1].author == messages[0].author && messages[1].content == "second")
        #expect(messages[2].author.isBot && messages[2].content == "beep")
        #expect(!messages[3].kind.isWritten)
    }

    @Test func `the head of the page tells guild and channel`() throws {
        var reader = HTMLExportReader()
        try reader.feed(Array(Self.page.utf8)) { _ in }
        #expect(reader.channel.guildName == "Tea & Co" && reader.channel.name == "general")
    }

    @Test func `a page that ends early says so`() {
        #expect(throws: ExportError.truncated) { try read(String(Self.page.prefix(2_500)), with: HTMLExportReader()) }
    }
}
