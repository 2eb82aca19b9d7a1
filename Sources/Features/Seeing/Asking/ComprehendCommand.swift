import Credits
import DiscordModels
import Inference
import Memory
import Support

/// `/comprehend`: how the command looks in Discord, and what was asked, checked. Pure.
struct ComprehendCommand: Sendable {
    static let largestSeed = 9_007_199_254_740_991

    /// What was asked, checked.
    struct Input: Sendable {
        var source: PictureSource
        /// Nil: the task's own.
        var prompt: String?
        var task: String
        var isInstruction: Bool?
        var model: String
        var options: VisionOptions
    }

    let cards: [VisionModelCard]
    /// What an answer of a model costs; nil where it is free.
    var price: @Sendable (VisionModelCard) -> CreditAmount? = { _ in nil }

    var definition: NewApplicationCommand {
        NewApplicationCommand(
            name: "comprehend",
            description: CreditsText.offered("Ask about a picture", prices: cards.map(price), for: "an answer"),
            options: [
                CommandOption(kind: .attachment, name: "image", description: "PNG, JPEG, WebP or GIF, up to 10 MB"),
                CommandOption(kind: .string, name: "link", description: "Instead: a link to a message in this channel, with a picture"),
                CommandOption(
                    kind: .string, name: "prompt", description: "What to ask; <image> is where the picture stands in it",
                    maximumLength: TaskLimits.prompt),
                CommandOption(
                    kind: .string, name: "task", description: "Whose examples show how to answer (caption unless told otherwise)",
                    hasAutocomplete: true),
                CommandOption(
                    kind: .boolean, name: "convert_to_instruction",
                    description: "The prompt is an instruction, not the beginning of an answer"
                ),
                CommandOption(kind: .string, name: "model", description: "Which model", hasAutocomplete: true),
                number(.integer, .maxNewTokens, "Longest answer, in tokens", 1...2_000),
                number(.integer, .numBeams, "Answers kept beside one another while writing", 1...8),
                number(.number, .temperature, "How daring: 0 is the likeliest", 0...2),
                number(.integer, .topK, "Draw from so many likeliest tokens", 1...1_000),
                number(.number, .topP, "Draw from the likeliest tokens that make up this share", 0.01...1),
                number(.number, .lengthPenalty, "With beams: above 0 likes long answers", -5...5),
                CommandOption(
                    kind: .boolean, name: VisionOption.doSample.rawValue, description: "Draw tokens instead of taking the likeliest"),
                number(.number, .repetitionPenalty, "Above 1: says the same less often", 0.1...5),
                number(.integer, .noRepeatNgramSize, "No sequence of so many tokens comes twice", 0...20),
                CommandOption(
                    kind: .boolean, name: VisionOption.earlyStopping.rawValue,
                    description: "With beams: end as soon as there are enough answers"),
                number(.integer, .seed, "The same seed draws the same tokens", 0...Double(Self.largestSeed)),
            ])
    }

    private func number(
        _ kind: CommandOption.Kind, _ option: VisionOption, _ description: String, _ range: ClosedRange<Double>
    ) -> CommandOption {
        CommandOption(
            kind: kind, name: option.rawValue, description: description, minimumValue: range.lowerBound, maximumValue: range.upperBound)
    }

    /// Discord's client checks most of this; a client of one's own, or Discord on a bad day, does not.
    func parse(_ given: GivenOptions) throws(TaskProblem) -> Input {
        let source: PictureSource
        if let image = given.attachment("image") {
            source = .attachment(image)
        } else if let link = given.text("link") {
            source = try .message(link, in: given.interaction)
        } else {
            throw TaskProblem("Which picture? Give an `image`, or the `link` of a message in this channel that has one.")
        }
        var options = VisionOptions()
        options.maxNewTokens = try given.integer(VisionOption.maxNewTokens.rawValue, 1...2_000)
        options.numBeams = try given.integer(VisionOption.numBeams.rawValue, 1...8)
        options.temperature = try given.number(VisionOption.temperature.rawValue, 0...2)
        options.topK = try given.integer(VisionOption.topK.rawValue, 1...1_000)
        options.topP = try given.number(VisionOption.topP.rawValue, 0.01...1)
        options.lengthPenalty = try given.number(VisionOption.lengthPenalty.rawValue, -5...5)
        options.doSample = given.flag(VisionOption.doSample.rawValue)
        options.repetitionPenalty = try given.number(VisionOption.repetitionPenalty.rawValue, 0.1...5)
        options.noRepeatNgramSize = try given.integer(VisionOption.noRepeatNgramSize.rawValue, 0...20)
        options.earlyStopping = given.flag(VisionOption.earlyStopping.rawValue)
        options.seed = try given.integer(VisionOption.seed.rawValue, 0...Self.largestSeed).map { UInt64($0) }
        return Input(
            source: source, prompt: try Self.prompt(given.text("prompt")), task: given.text("task") ?? BuiltInTasks.usual,
            isInstruction: given.flag("convert_to_instruction"), model: try model(given.text("model")), options: options)
    }

    /// - Returns: nil for one that asks nothing.
    static func prompt(_ text: String?) throws(TaskProblem) -> String? {
        guard let text, !text.isEmpty else { return nil }
        guard text.ranges(of: VisionRequest.imageMark).count <= 1 else {
            throw TaskProblem("The prompt has more than one `<image>` in it, but there is only one picture.")
        }
        let length = text.unicodeScalars.count
        guard length <= TaskLimits.prompt else {
            throw TaskProblem(TaskRefusal.tooLong("prompt", length: length, limit: TaskLimits.prompt).userMessage)
        }
        return text
    }

    /// The name of the model, or of the first.
    func model(_ name: String?) throws(TaskProblem) -> String {
        guard let first = cards.first else {
            throw TaskProblem("There is no model here that sees. The operator can add one under `models:` in `troupe.yaml`.")
        }
        guard let name, !name.isEmpty else { return first.name }
        if cards.contains(where: { $0.name == name }) { return name }
        let names = cards.prefix(20).map { "`\($0.name)`" }.joined(separator: ", ")
        throw TaskProblem("There is no model called \(DisplayText.escaped(name, limit: 100)) that sees. There is: \(names).")
    }

    /// What an answer costs by that model, or by the usual one; nil where it is free.
    func price(ofModel name: String?) -> String? {
        guard let name = try? model(name), let card = cards.first(where: { $0.name == name }) else { return nil }
        return price(card)?.description
    }

    /// Models whose name holds what was typed so far.
    func models(holding typed: String) -> [CommandChoice] {
        let typed = typed.lowercased()
        return cards.filter { typed.isEmpty || $0.name.lowercased().contains(typed) }.prefix(Limits.choices).map { card in
            CommandChoice("\(card.name): \(card.summary)", facts: price(card)?.description, value: .string(card.name))
        }
    }
}
