import Inference
import Memory
import RepeatableChance
import Testing

@testable import Features

@Suite("How a clone sounds")
struct CloneVoiceTests {
    static let examples = [
        CloneExample(content: "kettle is on fire again lmao", answers: "how is the kettle?"),
        CloneExample(content: "bread needs MORE salt, always", answers: "what about the bread?"),
        CloneExample(content: "i would never ever go up that hill in the rain without my good boots on"),
        CloneExample(content: "trains are late. trains are always late", answers: "when do we leave?"),
    ]
    static let style = StyleIndex(examples)

    @Test func `examples that answered something like it come first`() {
        let found = Self.style.examples(for: "did you see the kettle", limit: 2, draw: { 0 })
        #expect(found.first?.content == "kettle is on fire again lmao")
        #expect(Self.style.examples(for: nil, limit: 3, draw: { 0.5 }).count <= 3)
        #expect(StyleIndex([]).examples(for: "x", limit: 3, draw: { 0 }).isEmpty)
    }

    @Test func `more than eight words of one message are never said again`() {
        let leaks = Self.style.leaks
        #expect(leaks.leaks("I would never, ever go up that hill in the snow"))
        #expect(leaks.leaks("well — i would never ever go up that hill in"))
        #expect(!leaks.leaks("would never ever go up that hill in snow"))
        #expect(!leaks.leaks("kettle is on fire again lmao"))
    }

    @Test func `what sounds like the person is told from what does not`() {
        #expect(Self.style.likeness(of: "trains are late again lmao") > 2 * Self.style.likeness(of: "QUARTERLY REVENUE GREW 7 %"))
        #expect(Self.style.likeness(of: "") == 0)
    }

    @Test(arguments: [
        ("Ada: hello there\nBob: hi", "hello there"), ("[AI of @Ada] hello", "hello"), ("\"so it goes\"", "so it goes"),
        ("<|startoftext|>yes<|endoftext|>no", "yes"), ("hi @everyone", "hi everyone"), ("line one\n\nline two", "line one"),
        ("Adam was here", "Adam was here"),
    ])
    func `what a model wrote becomes one line`(written: String, line: String) {
        let cleaned = LineCleaner().line(from: written, name: "Ada", others: ["Bob"], leaks: LeakGuard([]))
        #expect(cleaned == line)
    }

    @Test func `blocked words, leaks and nothing at all are not said`() {
        let cleaner = LineCleaner(blocked: ["Bad Word", "ugh"])
        func line(_ text: String) -> String? { cleaner.line(from: text, name: "Ada", others: [], leaks: Self.style.leaks) }
        #expect(line("that is a bad word!") == nil && line("UGH.") == nil && line("  \n ") == nil && line("...") == nil)
        #expect(line("i would never ever go up that hill in the rain") == nil)
        #expect(line("badword is fine, laugh") != nil)
        #expect(line(String(repeating: "a sentence. ", count: 100)).map { $0.count <= LineCleaner.longest } == true)
    }

    @Test func `BotConvo's recipe takes five tries at 0.6 to 0.8 of 30 to 100 tokens, and the longest wins`() {
        let preset = VoicePreset.botConvo
        #expect(preset.tries == 5)
        for draw in [0.0, 0.5, 0.999] {
            let options = preset.options(draw: { draw }, seed: 1)
            #expect((30...100).contains(options.maxTokens ?? 0) && (0.6...0.8).contains(options.temperature ?? 0))
        }
        #expect(preset.choose(["a", "the longest one", "mid one"], style: Self.style, message: nil, before: []) == "the longest one")
        #expect(preset.choose(["the longest one", "mid one"], style: Self.style, message: nil, before: ["The longest ONE"]) == "mid one")
        #expect(preset.choose([], style: Self.style, message: nil, before: []) == nil)
    }

    @Test func `otherwise the line wins that sounds like them and answers`() {
        let lines = ["THE MINISTER DECLINED TO COMMENT", "kettle is late again lmao", "kettle"]
        #expect(VoicePreset.natural.choose(lines, style: Self.style, message: "and the kettle?", before: []) == "kettle is late again lmao")
        #expect(VoicePreset.natural.choose(["echo this"], style: Self.style, message: "echo this", before: []) == "echo this")
    }

    @Test func `a model is told who allowed it, shown examples, and asked to answer`() {
        let messages = ClonePrompt.messages(
            name: "Ada", examples: Self.examples, recent: [.init(name: "Bob", text: "hm")], message: .init(name: "Zoe", text: "tea?"),
            topic: nil)
        #expect(messages.first?.role == .system && messages.first?.content.contains("who allowed this") == true)
        #expect(messages.first?.content.contains("good boots") == true)
        #expect(messages.map(\.role).dropFirst() == [.user, .assistant, .user, .assistant, .user, .assistant, .user])
        #expect(messages.last?.content == "Bob: hm\nZoe: tea?")
    }

    @Test func `the pocket voice goes from word to word as they do`() {
        let voice = PocketVoice(Self.examples)
        var chance = SplitMix64(seed: 3)
        let lines = (0..<50).compactMap { _ in voice.line(draw: { chance.nextUnit() }) }
        let words = Set(Self.examples.flatMap { $0.content.split(separator: " ").map(String.init) })
        #expect(lines.count == 50 && Set(lines).count > 3)
        #expect(lines.allSatisfy { $0.split(separator: " ").allSatisfy { words.contains(String($0)) } })
        #expect(PocketVoice([]).line(draw: { 0 }) == nil)
    }

    @Test func `a persona says that it is an AI, in a name that Discord takes`() {
        #expect(PersonaName.of("Ada") == "AI of @Ada")
        #expect(PersonaName.of("@everyone") == "AI of @everyone")
        let defused = PersonaName.of("Discord Clyde").lowercased()
        #expect(!defused.contains("discord") && !defused.contains("clyde"))
        #expect(PersonaName.of(String(repeating: "x", count: 200)).count <= 80)
        #expect(PersonaName.of("  ") == "AI of @somebody")
    }
}
