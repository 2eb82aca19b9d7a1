import DiscordModels
import Inference
import Testing

@testable import Features

@Suite struct `The /generate command` {
    private let command = GenerateCommand(cards: [
        ImageModelCard(name: "pocket", summary: "Small and quick"), ImageModelCard(name: "big", summary: "Slow and good"),
        ImageModelCard(name: "bigger", summary: "Slower"),
    ])

    private func options(
        _ prompt: JSONValue? = .string("a red circle"), count: JSONValue? = nil, seed: JSONValue? = nil, model: JSONValue? = nil
    ) -> [InteractionOption] {
        [("prompt", .string, prompt), ("count", .integer, count), ("seed", .integer, seed), ("model", CommandOption.Kind.string, model)]
            .compactMap { name, kind, value in value.map { InteractionOption(name: name, kind: kind, value: $0) } }
    }

    private func refusal(_ options: [InteractionOption]) -> String? {
        do {
            _ = try command.parse(options)
            return nil
        } catch {
            return error.userMessage
        }
    }

    @Test func `Discord takes its definition`() throws { try command.definition.validate() }

    @Test func `a prompt alone asks the first model for four pictures`() throws {
        #expect(try command.parse(options()) == .init(prompt: "a red circle", count: 4, seed: nil, model: "pocket"))
    }

    @Test func `everything that is given counts`() throws {
        let input = try command.parse(options(count: .integer(9), seed: .integer(7), model: .string("big")))
        #expect(input == .init(prompt: "a red circle", count: 9, seed: 7, model: "big"))
    }

    @Test func `an empty prompt is refused with an example`() {
        let empty: [JSONValue?] = [nil, .string(""), .string(" \n\t"), .string("\u{0}\u{200B}")]
        for prompt in empty { #expect(refusal(options(prompt))?.contains("empty") == true) }
    }

    @Test func `a prompt of a thousand characters is taken and one of 5,000 refused`() throws {
        #expect(try command.parse(options(.string(String(repeating: "x", count: 1_000)))).prompt.count == 1_000)
        #expect(
            refusal(options(.string(String(repeating: "x", count: 5_000))))
                == "The prompt has 5000 characters; at most 1000 are read. Shorten it.")
    }

    @Test func `counts and seeds out of range are refused`() {
        for count in [0, 100, -1, .max, .min] as [Int64] { #expect(refusal(options(count: .integer(count)))?.contains("1 to 9") == true) }
        #expect(refusal(options(count: .string("four")))?.contains("1 to 9") == true)
        for seed in [-1, 9_007_199_254_740_992, .min] as [Int64] {
            #expect(refusal(options(seed: .integer(seed)))?.contains("seed") == true)
        }
        #expect(refusal(options(seed: .number(1.5)))?.contains("seed") == true)
    }

    @Test func `an unknown model is refused with the names there are, and cannot mention anybody`() {
        let text = refusal(options(model: .string("@everyone"))) ?? ""
        #expect(text.contains("`pocket`, `big`, `bigger`"))
        #expect(!text.contains("@everyone"))
    }

    @Test func `without any model it says what the operator can do`() {
        #expect(throws: GenerateCommand.Refusal.self) { try GenerateCommand(cards: []).parse(options()) }
    }

    @Test func `models are offered while typing, best matches first`() {
        func offered(_ typed: String) -> [String] {
            command.choices(for: InteractionOption(name: "model", kind: .string, value: .string(typed))).compactMap(\.value.string)
        }
        #expect(offered("") == ["pocket", "big", "bigger"])
        #expect(offered("BIG") == ["big", "bigger"])
        #expect(offered("er") == ["bigger"])
        #expect(offered("zzz").isEmpty)
        #expect(command.choices(for: InteractionOption(name: "prompt", kind: .string, value: .string("x"))).isEmpty)
    }

    @Test func `no more than 25 models are offered`() throws {
        let many = GenerateCommand(cards: (0..<60).map { ImageModelCard(name: "m\($0)", summary: String(repeating: "s", count: 200)) })
        let choices = many.choices(for: InteractionOption(name: "model", kind: .string, value: .string("")))
        #expect(choices.count == 25)
        try InteractionResponse.choices(choices).validate()
    }
}
