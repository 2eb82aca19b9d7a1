import Credits
import DiscordModels
import Inference
import Jobs
import Support

/// What is offered while somebody types an option of `/generate`.
struct GenerateChoices: Sendable {
    let cards: [ImageModelCard]
    let rules: PaintingRules
    let jobs: any JobQueue
    let costs: PaintingCosts

    func choices(for focused: InteractionOption, in interaction: Interaction) async -> [CommandChoice] {
        let typed = DisplayText.oneLine(focused.value?.string ?? focused.value?.integer.map(String.init) ?? "")
        let model = interaction.data?.options?.first { $0.name == "model" }?.value?.string
        let guild = interaction.guildID?.rawValue
        switch focused.name {
        case "count": return await counts(typed, model: model, of: guild)
        case "model": return await models(typed, of: guild)
        case "style": return await styles(typed, of: guild)
        case "size": return sizes(typed, model: model)
        default: return []
        }
    }

    /// By name, with what it is, how fast it was lately, and what it costs.
    private func models(_ typed: String, of guild: UInt64?) async -> [CommandChoice] {
        var choices: [CommandChoice] = []
        for card in Self.matching(cards, typed, \.name).prefix(Limits.choices) {
            let lately = ((try? await jobs.recentDurations(queue: card.name, limit: 20)) ?? []).sorted()
            let pace = lately.isEmpty ? Duration.milliseconds(Int64(card.expectedSecondsPerImage * 1_000)) : lately[lately.count / 2]
            let facts = CreditsText.priced("\(DisplayText.span(pace)) a picture", await costs.cost(of: 1, model: card.name, in: guild))
            choices.append(CommandChoice("\(card.name): \(card.summary)", facts: facts, value: .string(card.name)))
        }
        return choices
    }

    /// How many, with what they cost by the chosen model, else by the usual one.
    private func counts(_ typed: String, model: String?, of guild: UInt64?) async -> [CommandChoice] {
        let settings = (try? await rules.settings(of: guild)) ?? PaintingSettings()
        guard let card = try? OrderMaker(cards: cards, settings: settings).card(model) else { return [] }
        let fitting = GenerateCommand.counts.filter { $0 <= settings.maximumCount ?? $0 && String($0).hasPrefix(typed) }
        var choices: [CommandChoice] = []
        for count in fitting {
            let name = CreditsText.priced(
                count == 1 ? "1 picture" : "\(count) pictures", await costs.cost(of: count, model: card.name, in: guild))
            choices.append(CommandChoice(name: name, value: .integer(Int64(count))))
        }
        return choices
    }

    private func styles(_ typed: String, of guild: UInt64?) async -> [CommandChoice] {
        let styles = (try? await rules.settings(of: guild))?.styles ?? []
        return Self.matching(styles, typed, \.name).prefix(Limits.choices).map { style in
            CommandChoice(
                name: DisplayText.shortened("\(style.name): \(style.words)", limit: Limits.choiceName), value: .string(style.name))
        }
    }

    /// The sizes of the chosen model, else of all; in the words of the option where they say it better.
    private func sizes(_ typed: String, model: String?) -> [CommandChoice] {
        let chosen = cards.filter { $0.name == model }
        var seen: Set<ImageSize> = []
        let sizes = (chosen.isEmpty ? cards : chosen).flatMap(\.abilities.sizes).filter { seen.insert($0).inserted }
        return Self.matching(sizes, typed.lowercased().replacing("×", with: "x"), \.description).prefix(Limits.choices).map { size in
            let shape = size.width == size.height ? "square" : size.width > size.height ? "landscape" : "portrait"
            return CommandChoice(name: "\(size) (\(shape))", value: .string(size.description))
        }
    }

    /// Those whose name holds what was typed so far, those that begin with it first.
    static func matching<Element>(_ all: [Element], _ typed: String, _ name: (Element) -> String) -> [Element] {
        let typed = typed.lowercased()
        guard !typed.isEmpty else { return all }
        let leading = all.filter { name($0).lowercased().hasPrefix(typed) }
        return leading + all.filter { !name($0).lowercased().hasPrefix(typed) && name($0).lowercased().contains(typed) }
    }
}
