import DiscordModels
import Inference
import Support

/// `/generate`: how the command looks in Discord, and what was asked, checked. Pure.
struct GenerateCommand: Sendable {
    /// Seeds that a Discord client can type and a person can read: whole numbers below 2⁵³.
    static let largestSeed: UInt64 = 9_007_199_254_740_991
    static let promptLength = 1...1_000
    static let counts = 1...9
    static let defaultCount = 4

    /// What was asked, checked.
    struct Input: Sendable, Hashable {
        var prompt: String
        var count: Int
        /// Nil: any.
        var seed: UInt64?
        var model: String
    }

    /// Why it cannot be done, for the person who asked.
    struct Refusal: UserFacingError, Hashable {
        let userMessage: String
    }

    let cards: [ImageModelCard]

    var definition: NewApplicationCommand {
        NewApplicationCommand(
            name: "generate", description: "Paint pictures of what you describe",
            options: [
                CommandOption(
                    kind: .string, name: "prompt", description: "What to paint", isRequired: true,
                    minimumLength: Self.promptLength.lowerBound, maximumLength: Self.promptLength.upperBound),
                CommandOption(
                    kind: .integer, name: "count", description: "How many pictures, 1 to 9 (4 unless told otherwise)",
                    minimumValue: Double(Self.counts.lowerBound), maximumValue: Double(Self.counts.upperBound)),
                CommandOption(
                    kind: .integer, name: "seed", description: "The same seed paints the same pictures again", minimumValue: 0,
                    maximumValue: Double(Self.largestSeed)),
                CommandOption(kind: .string, name: "model", description: "Which painter", hasAutocomplete: true),
            ])
    }

    /// Discord's client checks most of this; a client of one's own, or Discord on a bad day, does not.
    func parse(_ options: [InteractionOption]) throws(Refusal) -> Input {
        func value(_ name: String) -> JSONValue? { options.first { $0.name == name }?.value }
        let prompt = DisplayText.oneLine(value("prompt")?.string ?? "")
        let length = prompt.unicodeScalars.count
        guard length >= Self.promptLength.lowerBound else {
            throw Refusal(userMessage: "The prompt is empty. Say what to paint, for instance: `two red circles above a blue square`.")
        }
        guard length <= Self.promptLength.upperBound else {
            throw Refusal(userMessage: "The prompt has \(length) characters; at most \(Self.promptLength.upperBound) are read. Shorten it.")
        }
        guard let model = try model(value("model")?.string) else {
            throw Refusal(userMessage: "There is no model here to paint with. The operator can add one under `models:` in `troupe.yaml`.")
        }
        return Input(
            prompt: prompt, count: try count(value("count")), seed: try seed(value("seed")), model: model.name)
    }

    private func model(_ name: String?) throws(Refusal) -> ImageModelCard? {
        guard let name, !name.isEmpty else { return cards.first }
        if let card = cards.first(where: { $0.name == name }) { return card }
        let names = cards.prefix(20).map { "`\($0.name)`" }.joined(separator: ", ")
        throw Refusal(userMessage: "There is no model called \(DisplayText.escaped(name, limit: 100)). There is: \(names).")
    }

    private func count(_ value: JSONValue?) throws(Refusal) -> Int {
        guard let value else { return Self.defaultCount }
        guard let count = value.integer, Self.counts.contains(Int(clamping: count)) else {
            throw Refusal(userMessage: "The count must be a whole number from \(Self.counts.lowerBound) to \(Self.counts.upperBound).")
        }
        return Int(count)
    }

    private func seed(_ value: JSONValue?) throws(Refusal) -> UInt64? {
        guard let value else { return nil }
        guard let seed = value.integer.flatMap(UInt64.init(exactly:)), seed <= Self.largestSeed else {
            throw Refusal(userMessage: "The seed must be a whole number from 0 to \(Self.largestSeed).")
        }
        return seed
    }

    /// Models whose name holds what was typed so far, those that begin with it first.
    func choices(for focused: InteractionOption) -> [CommandChoice] {
        guard focused.name == "model" else { return [] }
        let typed = (focused.value?.string ?? "").lowercased()
        let matching = typed.isEmpty ? cards : cards.filter { $0.name.lowercased().contains(typed) }
        let leading = matching.filter { $0.name.lowercased().hasPrefix(typed) }
        let ordered = leading + matching.filter { card in !leading.contains { $0.name == card.name } }
        return ordered.prefix(Limits.choices).map { card in
            CommandChoice(
                name: DisplayText.shortened("\(card.name): \(card.summary)", limit: Limits.choiceName), value: .string(card.name))
        }
    }
}
