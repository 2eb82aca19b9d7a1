import DiscordModels
import Inference
import Support

/// `/settings` of a guild: for its owner and who may manage it. Every answer is for their eyes alone.
struct SettingsHandler: CommandHandler {
    let command: SettingsCommand
    let rules: PaintingRules
    let replies: DiscordReplies

    var definition: NewApplicationCommand { command.definition }

    func react(to interaction: Interaction) -> Reaction {
        guard let guild = interaction.guildID?.rawValue, let user = interaction.author?.id.rawValue else {
            return .whisper("Settings belong to a server; use this there.")
        }
        // Discord shows the command to nobody else, unless the guild says otherwise; the last word is here.
        guard let permissions = interaction.member?.permissions, !permissions.isDisjoint(with: [.manageGuild, .administrator]) else {
            return .whisper("Only who may manage this server can use this.")
        }
        let (path, options) = Self.path(interaction.data?.options ?? [])
        if path == ["show"] {
            return answering { SettingsText.all(try await rules.settings(of: guild), changes: try await rules.changes(of: guild)) }
        }
        do {
            let change = try SettingsChange(path, options, cards: command.cards)
            return answering {
                try await rules.change(of: guild, by: user) { settings in try change.apply(to: &settings) }
                return SettingsText.done(change)
            }
        } catch {
            return .whisper(error.userMessage)
        }
    }

    private func answering(_ answer: @escaping @Sendable () async throws -> String) -> Reaction {
        Reaction(response: .deferredMessage(ephemeral: true)) { address in
            let text: String
            do { text = try await answer() } catch let error as any UserFacingError { text = error.userMessage }
            await replies.sayAtOnce(DisplayText.shortened(text, limit: Limits.content), to: address)
        }
    }

    /// The names down to the sub-command, and its options.
    static func path(_ options: [InteractionOption]) -> (path: [String], options: [InteractionOption]) {
        guard let first = options.first, first.kind == .subcommand || first.kind == .subcommandGroup else { return ([], options) }
        let inner = path(first.options ?? [])
        return ([first.name] + inner.path, inner.options)
    }

    func choices(for focused: InteractionOption, in interaction: Interaction) async -> [CommandChoice] {
        let typed = DisplayText.oneLine(focused.value?.string ?? "")
        let settings = (try? await rules.settings(of: interaction.guildID?.rawValue)) ?? PaintingSettings()
        let names =
            switch focused.name {
            case "model": command.cards.map(\.name)
            case "name": settings.styles.map(\.name)
            case "word": settings.words.map(\.word)
            default: [String]()
            }
        return GenerateChoices.matching(names, typed, \.self).prefix(Limits.choices).map { name in
            CommandChoice(name: DisplayText.shortened(name, limit: Limits.choiceName), value: .string(name))
        }
    }
}
