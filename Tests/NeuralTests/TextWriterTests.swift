// Texts that are written side by side: each as if it were alone, and as `transformers` writes it.
import Foundation
import Testing

@testable import Neural

@Suite("Many texts are written at once, each as if it were alone", .timeLimit(.minutes(10)))
struct TextWriterTests {
    /// The fixture with a tokenizer of 96 letters, and no token that ends a text.
    private static func model(_ name: String = "llama", context: Int? = nil) throws -> LanguageModel {
        let fixture = LlamaFixture(name: name)
        let letters = (0..<96).map { [UInt8($0 + 32)] }
        let tokenizer = TextTokenizer(
            family: .byteLevel([], wholeWords: false), pieces: letters, merges: [],
            bytes: (0..<256).map { (32..<128).contains($0) ? Int32($0 - 32) : nil }, added: [])
        return LanguageModel(
            decoder: try fixture.load(), tokenizer: tokenizer, layout: try ChatLayout(template: nil, file: "", start: nil, end: nil),
            ends: [],
            pool: ComputePool(threads: 1), contextTokens: context)
    }

    private static func options(_ count: Int, temperature: Double = 0, seed: UInt64 = 0) -> WritingOptions {
        WritingOptions(maxTokens: count, temperature: temperature, seed: seed)
    }

    private static func prompt(_ index: Int, length: Int) -> [Int32] {
        (0..<length).map { Int32(SeededChance.uniform(seed: 5, stream: index, step: $0) * 94) + 2 }
    }

    /// What a text says, until it ends.
    private static func read(_ events: AsyncStream<TextWriter.Event>) async -> (text: String, end: TextWriter.Event?) {
        var text = ""
        for await event in events {
            guard case .text(let piece) = event else { return (text, event) }
            text += piece
        }
        return (text, nil)
    }

    private static func writeAlone(_ model: LanguageModel, _ prompt: [Int32], _ options: WritingOptions) async -> String {
        await read(TextWriter(model).write(prompt, options)).text
    }

    @Test("greedy text is what transformers writes") func greedy() async throws {
        let fixture = LlamaFixture(name: "qwen3")
        let model = try Self.model("qwen3")
        let expected = try fixture.tokens("written_0")
        // The fixtures never take token 1; where the first that they took is written, the rest follows.
        let (text, end) = await Self.read(TextWriter(model).write(try fixture.tokens("prompt_0"), Self.options(expected.count)))
        let same = zip(text.utf8, expected).prefix { $0 == UInt8($1 + 32) }.count
        #expect(same == expected.count || text.utf8.dropFirst(same).first == 33)
        guard case .finished(let finish) = end else { return #expect(Bool(false), "\(String(describing: end))") }
        #expect(finish.reason == .length && finish.writtenTokens == expected.count && finish.cachedTokens == 0)
    }

    @Test("twenty conversations at once say what each says alone, also with little memory", arguments: [1 << 30, 0])
    func crowd(bytes: Int) async throws {
        let model = try Self.model(context: 512)
        var limits = WritingDesk.Limits()
        limits.texts = 6
        limits.rows = 32
        limits.bytes = bytes
        let writer = TextWriter(model, limits: limits)
        let wishes = (0..<20).map {
            (Self.prompt($0, length: 3 + $0 * 11), Self.options(20 + $0, temperature: $0 % 2 == 0 ? 0 : 1, seed: UInt64($0)))
        }
        let together = await withTaskGroup(of: (Int, String).self) { group in
            for (index, wish) in wishes.enumerated() {
                group.addTask { (index, await Self.read(writer.write(wish.0, wish.1)).text) }
            }
            return await group.reduce(into: [Int: String]()) { $0[$1.0] = $1.1 }
        }
        for (index, wish) in wishes.enumerated() {
            #expect(together[index]?.utf8.count == wish.1.maxTokens)
            #expect(await together[index] == Self.writeAlone(model, wish.0, wish.1), "text \(index)")
        }
    }

    @Test("the next turn of a conversation does not read again what was read, and says the same") func prefix() async throws {
        let model = try Self.model(context: 1024)
        let writer = TextWriter(model)
        let first = Self.prompt(1, length: 200)
        let (text, _) = await Self.read(writer.write(first, Self.options(30)))
        let second = first + model.tokenizer.encode(text) + Self.prompt(2, length: 9)
        let (again, end) = await Self.read(writer.write(second, Self.options(30)))
        guard case .finished(let finish) = end else { return #expect(Bool(false)) }
        #expect(finish.cachedTokens >= 229 && finish.promptTokens == 239)
        #expect(await again == Self.writeAlone(model, second, Self.options(30)))
    }

    @Test("who stops listening stops the writing, and the others go on") func cancel() async throws {
        let model = try Self.model(context: 2048)
        let writer = TextWriter(model)
        let other = Task { await Self.read(writer.write(Self.prompt(7, length: 5), Self.options(40))).text }
        let stopped = Task {
            var pieces = 0
            for await _ in writer.write(Self.prompt(3, length: 5), Self.options(100_000)) {
                pieces += 1
                if pieces == 3 { break }
            }
            return pieces
        }
        #expect(await stopped.value == 3)
        #expect(await other.value == Self.writeAlone(model, Self.prompt(7, length: 5), Self.options(40)))
        // The desk is free again: a text that needs all of it is written to its end.
        #expect(await Self.read(writer.write(Self.prompt(4, length: 5), Self.options(10))).text.utf8.count == 10)
    }

    @Test("a text ends at the context's end, a prompt that fills it is refused") func limits() async throws {
        let model = try Self.model(context: 64)
        let writer = TextWriter(model)
        let (text, end) = await Self.read(writer.write(Self.prompt(1, length: 60), Self.options(100)))
        guard case .finished(let finish) = end else { return #expect(Bool(false)) }
        #expect(text.utf8.count == 4 && finish.reason == .length)
        #expect(
            await Self.read(writer.write(Self.prompt(1, length: 64), Self.options(1))).end == .failed(.promptTooLong(tokens: 64, limit: 64))
        )
        #expect(await Self.read(writer.write([], Self.options(1))).end == .failed(.badPrompt))
        #expect(await Self.read(writer.write([96], Self.options(1))).end == .failed(.badPrompt))
        #expect(await Self.read(writer.write([-1], Self.options(1))).end == .failed(.badPrompt))
    }

    @Test("a stop sequence ends the text before it") func stop() async throws {
        let model = try Self.model()
        let whole = await Self.writeAlone(model, Self.prompt(1, length: 9), Self.options(30))
        let stop = String(whole.dropFirst(10).prefix(3))
        var options = Self.options(30)
        options.stop = [stop]
        let (text, end) = await Self.read(TextWriter(model).write(Self.prompt(1, length: 9), options))
        let expected = whole.range(of: stop).map { String(whole[..<$0.lowerBound]) }
        #expect(text == expected)
        guard case .finished(let finish) = end else { return #expect(Bool(false)) }
        #expect(finish.reason == .stop)
    }
}
