import Credits
import DiscordModels
import Inference
import Support

/// `/generate`: how the command looks in Discord. Pure.
///
/// A wish is only offered where some model here follows it.
struct GenerateCommand: Sendable {
    /// Seeds that a Discord client can type and a person can read: whole numbers below 2⁵³.
    static let largestSeed: UInt64 = 9_007_199_254_740_991
    static let promptLength = 1...1_000
    static let counts = 1...9
    static let defaultCount = 4

    let cards: [ImageModelCard]
    /// Whether pictures may cost something: then how many is offered with what they cost.
    var isPriced = false
    /// What a picture costs by each of the models; nil for those that paint for nothing.
    var prices: @Sendable () -> [CreditAmount?] = { [] }

    var definition: NewApplicationCommand {
        let description = CreditsText.offered(
            "Paint pictures of what you describe", prices: prices(), for: "a picture")
        return NewApplicationCommand(name: "generate", description: description, options: usual + wishes)
    }

    private var usual: [CommandOption] {
        [
            CommandOption(
                kind: .string, name: "prompt", description: "What to paint", isRequired: true,
                minimumLength: Self.promptLength.lowerBound, maximumLength: Self.promptLength.upperBound),
            CommandOption(
                kind: .integer, name: "count", description: "How many pictures, 1 to 9 (4 unless told otherwise)",
                minimumValue: Double(Self.counts.lowerBound), maximumValue: Double(Self.counts.upperBound),
                hasAutocomplete: isPriced ? true : nil),
            CommandOption(kind: .string, name: "model", description: "Which painter", hasAutocomplete: true),
            CommandOption(
                kind: .string, name: "style", description: "A way of painting that this server has set up", hasAutocomplete: true),
            CommandOption(
                kind: .integer, name: "seed", description: "The same seed paints the same pictures again", minimumValue: 0,
                maximumValue: Double(Self.largestSeed)),
            CommandOption(kind: .boolean, name: "spoiler", description: "Show the pictures behind a cover"),
        ]
    }

    private var wishes: [CommandOption] {
        let abilities = cards.map(\.abilities)
        var options: [CommandOption] = []
        if abilities.contains(where: { !$0.sizes.isEmpty }) {
            options.append(
                CommandOption(
                    kind: .string, name: "size", description: "As 768x512, 3:2, square, portrait or wide", maximumLength: 20,
                    hasAutocomplete: true))
        }
        if abilities.contains(where: \.negativePrompt) {
            options.append(
                CommandOption(
                    kind: .string, name: "negative", description: "What should not be there", maximumLength: Self.promptLength.upperBound))
        }
        if let range = Self.span(abilities.compactMap(\.steps)) {
            options.append(
                CommandOption(
                    kind: .integer, name: "steps", description: "How many steps: more is slower and often finer",
                    minimumValue: Double(range.lowerBound), maximumValue: Double(range.upperBound)))
        }
        if let range = Self.span(abilities.compactMap(\.guidance)) {
            options.append(
                CommandOption(
                    kind: .number, name: "guidance", description: "How closely to follow the prompt", minimumValue: range.lowerBound,
                    maximumValue: range.upperBound))
        }
        if abilities.contains(where: \.initialImage) {
            options += [
                CommandOption(
                    kind: .attachment, name: "image", description: "A picture to start from: PNG, JPEG, WebP or GIF, up to 10 MB"),
                CommandOption(
                    kind: .number, name: "strength", description: "How much of that picture may change: 0 little, 1 everything",
                    minimumValue: 0.05, maximumValue: 1),
            ]
        }
        return options
    }

    /// What any of them takes.
    private static func span<Bound>(_ ranges: [ClosedRange<Bound>]) -> ClosedRange<Bound>? {
        guard let low = ranges.map(\.lowerBound).min(), let high = ranges.map(\.upperBound).max() else { return nil }
        return low...high
    }
}
