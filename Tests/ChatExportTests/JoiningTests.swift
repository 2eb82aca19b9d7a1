import Support
import Testing

@testable import ChatExport

@Suite("What a message answers")
struct JoiningTests {
    static let alice = ExportedAuthor(id: 1, name: "alice")
    static let bob = ExportedAuthor(id: 2, name: "bob", nickname: "Bob")

    static func message(_ id: UInt64, _ author: ExportedAuthor, _ text: String, second: Int64, to: UInt64? = nil) -> ExportedMessage {
        ExportedMessage(
            id: id, author: author, sentAt: Timestamp(millisecondsSinceEpoch: second * 1_000), content: text,
            kind: to == nil ? .ordinary : .reply, repliesTo: to, mentions: [bob])
    }

    static let conversation = [
        message(1, alice, "tea or coffee?", second: 0),
        message(2, bob, "hm", second: 5),
        message(3, bob, "tea", second: 8, to: 1),
        message(4, alice, "<@2> <@!9> <#3> <a:wave:12> <3 ok", second: 12),
        message(5, bob, "much later", second: 5_000),
    ]

    static func join(_ messages: [ExportedMessage], window: Int = 100) -> [UInt64: String] {
        var joiner = ReplyJoiner(window: window)
        var answered: [UInt64: String] = [:]
        func note(_ message: ExportedMessage, _ to: ReplyJoiner.Answered?) { answered[message.id!] = to?.content ?? "-" }
        for message in messages { joiner.take(message, note) }
        joiner.finish(note)
        return answered
    }

    @Test func `a reply answers what it names, another message what somebody else just said`() {
        let answered = Self.join(Self.conversation)
        #expect(answered == [1: "-", 2: "tea or coffee?", 3: "tea or coffee?", 4: "tea", 5: "-"])
    }

    @Test func `an export with the newest first is joined the same`() {
        #expect(Self.join(Self.conversation.reversed()) == Self.join(Self.conversation))
    }

    @Test func `every message is given once, also when the window is short`() {
        for window in [2, 3] {
            #expect(Self.join(Self.conversation, window: window).count == 5)
            #expect(Self.join(Self.conversation.reversed(), window: window).count == 5)
        }
    }

    @Test func `marks become what people saw`() {
        var texts: [String] = []
        var joiner = ReplyJoiner()
        for message in Self.conversation { joiner.take(message) { message, _ in texts.append(message.content) } }
        joiner.finish { message, _ in texts.append(message.content) }
        #expect(texts.contains("@Bob @someone #channel :wave: <3 ok"))
    }
}
