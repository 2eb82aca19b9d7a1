import Testing

@testable import ChatExport

@Suite("Cleaning")
struct CleaningTests {
    static let author = ExportedAuthor(name: "alice")

    static func reason(_ text: String) -> DropReason? {
        if case .failure(let dropped) = TextCleaner.tidied(text) { dropped.reason } else { nil }
    }

    @Test(arguments: [
        ("", DropReason.empty), ("   \n ", .empty), ("https://example.com/a", .link), ("<https://example.com> www.x.org", .link),
        ("!play something", .command), ("/roll 2d6", .command), ("...", .junk), ("?", .junk), ("aaaaaaaa", .junk), ("🙂🙂", .junk),
        ("look:\n```swift\nlet x = 1\n```", .code), (String(repeating: "word ", count: 400), .long),
        ("my password is hunter2", .secret), ("pw: swordfish", .secret), ("password=abc", .secret),
        ("use AKIAIOSFODNN7EXAMPLE ok", .secret), ("token mfa.Zm9vYmFyYmF6MTIzNDU2Nzg5MGFiY2RlZg1Q", .secret),
        ("write me at alice@example.org!", .address), ("call +49 (170) 123-4567", .address), ("card 4111 1111 1111 1111", .address),
        ("I live at 12 Long Street", .address), ("Lange Straße 12, 3. Stock", .address), ("server is 192.168.0.12:25565", .address),
    ])
    func `what says nothing or too much is dropped for its reason`(text: String, reason: DropReason) {
        #expect(Self.reason(text) == reason)
    }

    @Test(arguments: [
        "ok", "see you at 12 tomorrow", "I have 3 lanes of traffic", "wow!!!", "...well", "-5 degrees", "> quoting you",
        "it was 1999 or 2000",
        "hahaha", "what's the pin drop here", "the 90s were great",
    ])
    func `what people say stays`(text: String) {
        #expect(Self.reason(text) == nil)
    }

    @Test func `links go and the words around them stay`() throws {
        #expect(try TextCleaner.tidied("look  https://a.b  at this\n\nnow").get() == "look at this\nnow")
    }

    @Test func `the report counts what was dropped, shows samples, and hides what is private`() throws {
        var cleaner = TextCleaner()
        func take(_ text: String, _ author: ExportedAuthor = Self.author, kind: ExportedMessage.Kind = .ordinary) -> String? {
            cleaner.take(ExportedMessage(author: author, content: text, kind: kind))
        }
        #expect(take("good morning") == "good morning")
        #expect(take("Good  Morning") == nil)
        #expect(take("good morning", ExportedAuthor(name: "bob")) == "good morning")
        #expect(take("beep", ExportedAuthor(name: "b", isBot: true)) == nil)
        #expect(take("joined", kind: .other("Join")) == nil)
        #expect(take("my password is hunter2") == nil)
        let report = cleaner.report
        #expect(report.kept == 2 && report.read == 6)
        #expect(report.dropped == [.duplicate: 1, .bot: 1, .system: 1, .secret: 1])
        #expect(report.droppedSamples[.secret] == ["my …"])
        #expect(report.keptSamples == ["good morning", "good morning"])
    }

    @Test func `samples come from all over a long export and stay few`() {
        var cleaner = TextCleaner()
        for index in 0..<10_000 { _ = cleaner.take(ExportedMessage(author: Self.author, content: "message number x\(index)")) }
        let samples = cleaner.report.keptSamples
        #expect((8...16).contains(samples.count) && samples.last.map { $0 > "message number x5" } == true)
    }
}
