import Credits
import DiscordModels
import Inference
import Memory
import Support

/// `/model`: which model answers and how it writes; for oneself, a channel or a server.
struct ModelCommand: CommandHandler {
    let memories: Memories
    let models: TextModelCatalog
    let bounds: OptionBounds
    let whisper: Whisper
    /// What a thousand tokens cost by a model; nil where they are free.
    let price: @Sendable (_ model: String) -> CreditAmount?
    let clock: any WallClock

    var definition: NewApplicationCommand {
        func number(_ name: String, _ description: String, _ range: ClosedRange<Double>) -> CommandOption {
            CommandOption(
                kind: .number, name: name, description: description, minimumValue: range.lowerBound, maximumValue: range.upperBound)
        }
        func integer(_ name: String, _ description: String, _ range: ClosedRange<Int>) -> CommandOption {
            CommandOption(
                kind: .integer, name: name, description: description, minimumValue: Double(range.lowerBound),
                maximumValue: Double(range.upperBound))
        }
        return NewApplicationCommand(
            name: "model", description: "Choose the model that answers, and how it writes; without options, show it",
            options: [
                CommandOption(kind: .string, name: "name", description: "Which model", hasAutocomplete: true),
                SettingsLevel.option(SettingsLevel.allCases, usually: .me),
                number("temperature", "0 always takes the likeliest word; 1 is as the model learnt it", bounds.temperature),
                number("top_p", "Takes from the likeliest words that together reach this probability", bounds.topP),
                integer("top_k", "Takes from so many of the likeliest words", bounds.topK),
                number("min_p", "Leaves out words less likely than this share of the likeliest", bounds.minP),
                number("repetition_penalty", "Above 1, what was written already becomes less likely", bounds.repetitionPenalty),
                integer("max_tokens", "The longest answer, in tokens", bounds.maxTokens),
                CommandOption(
                    kind: .string, name: "stop", description: "The answer ends before this text", maximumLength: bounds.stopLength),
                integer("seed", "The same seed writes the same answer, where the model can", 0...9_007_199_254_740_991),
                CommandOption(kind: .boolean, name: "reset", description: "Back to what is usual"),
            ])
    }

    func react(to interaction: Interaction) -> Reaction {
        guard let place = Whereabouts(interaction) else { return .whisper(RoutingText.unknownCommand) }
        let input = CommandInput(interaction)
        let level = input.text("for", atMost: 10).flatMap(SettingsLevel.init) ?? .me
        let name = input.text("name", atMost: 100)
        if let name, models[name] == nil {
            let known = models.cards.prefix(20).map { "`\($0.name)`" }.joined(separator: ", ")
            return .whisper(
                "There is no model called \(DisplayText.escaped(name, limit: 100)). There is: \(known.isEmpty ? "none" : known).")
        }
        let wished = bounds.clamped(
            TextOptions(
                maxTokens: input.integer("max_tokens"), temperature: input.number("temperature"), topP: input.number("top_p"),
                topK: input.integer("top_k"), minP: input.number("min_p"), repetitionPenalty: input.number("repetition_penalty"),
                stop: input.text("stop", atMost: bounds.stopLength).map { [$0] } ?? [],
                seed: input.integer("seed").flatMap { UInt64(exactly: $0) }),
            owner: TextOptions())
        let reset = input.flag("reset") ?? false
        return whisper.later { _ in
            if reset || name != nil || wished != TextOptions() {
                let holder = try level.holder(place)
                try await memories.settings.change(holder, by: place.person, at: clock.now()) { settings in
                    if reset { (settings.model, settings.options) = (nil, nil) }
                    if let name { settings.model = name }
                    if wished != TextOptions() { settings.options = wished.filled(from: settings.options ?? TextOptions()) }
                }
            }
            return MessageEdit(content: try await describe(place))
        }
    }

    private func describe(_ place: Whereabouts) async throws -> String {
        let settings = try await memories.settings.settings(for: place.person, in: place.channel, of: place.guild)
        guard let card = models[models.choose(settings.model)]?.card else { return ChatText.noModel }
        let options = bounds.clamped(settings.options ?? TextOptions(), owner: card.defaults).filled(from: card.defaults)
        let facts = Self.facts(options) + [cost(card)].compactMap(\.self)
        return """
            Here you talk with `\(card.name)`: \(DisplayText.escaped(card.summary, limit: 200))
            \(card.contextTokens) tokens of context\(card.seesImages ? ", sees pictures" : "")\(facts.isEmpty ? "" : " · " + facts.joined(separator: " · "))
            """
    }

    private func cost(_ card: TextModelCard) -> String? { price(card.name).map { "\($0) per 1,000 tokens" } }

    static func facts(_ options: TextOptions) -> [String] {
        [
            options.temperature.map { "temperature \($0)" }, options.topP.map { "top p \($0)" }, options.topK.map { "top k \($0)" },
            options.minP.map { "min p \($0)" }, options.repetitionPenalty.map { "repetition penalty \($0)" },
            options.maxTokens.map { "at most \($0) tokens" }, options.seed.map { "seed \($0)" },
            options.stop.isEmpty ? nil : "stops before " + options.stop.map { "`\($0.replacing("`", with: "'"))`" }.joined(separator: ", "),
        ].compactMap(\.self)
    }

    func choices(for focused: InteractionOption, in interaction: Interaction) async -> [CommandChoice] {
        guard focused.name == "name" else { return [] }
        let typed = (focused.value?.string ?? "").lowercased()
        return models.cards.filter { typed.isEmpty || $0.name.lowercased().contains(typed) }
            .sorted { $0.name.lowercased().hasPrefix(typed) && !$1.name.lowercased().hasPrefix(typed) }.prefix(Limits.choices)
            .map { card in
                CommandChoice("\(card.name): \(card.summary)", facts: cost(card), value: .string(card.name))
            }
    }
}
