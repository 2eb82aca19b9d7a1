import DiscordModels

/// What one feature adds to a command that several share: a group of sub-commands, as `/settings credits`.
protocol CommandPart: Sendable {
    /// The command's name.
    var command: String { get }
    /// A group of sub-commands.
    var group: CommandOption { get }
    /// Pure.
    /// - Parameters:
    ///   - name: of the sub-command.
    ///   - options: of the sub-command.
    func react(to interaction: Interaction, _ name: String, _ options: [InteractionOption]) -> Reaction
    /// As ``CommandHandler/choices(for:in:)``.
    func choices(for focused: InteractionOption, in interaction: Interaction) async -> [CommandChoice]
}

/// A command with the parts that other features add to it; of parts alone where nobody has the command.
struct JoinedCommand: CommandHandler {
    let base: (any CommandHandler)?
    let parts: [any CommandPart]

    /// All commands, each with its parts.
    static func joining(_ commands: [any CommandHandler], _ parts: [any CommandPart]) -> [any CommandHandler] {
        var parts = Dictionary(grouping: parts, by: \.command)
        let whole = commands.map { command -> any CommandHandler in
            guard command.definition.kind == .chatInput, let added = parts.removeValue(forKey: command.definition.name) else {
                return command
            }
            return JoinedCommand(base: command, parts: added)
        }
        return whole + parts.sorted { $0.key < $1.key }.map { JoinedCommand(base: nil, parts: $0.value) }
    }

    var definition: NewApplicationCommand {
        var definition =
            base?.definition
            ?? NewApplicationCommand(
                name: parts.first?.command ?? "", description: "How things are done here", defaultMemberPermissions: .manageGuild)
        definition.options += parts.map(\.group)
        return definition
    }

    func react(to interaction: Interaction) -> Reaction {
        if let part = part(of: interaction), let inner = interaction.data?.options?.first?.options?.first {
            return part.react(to: interaction, inner.name, inner.options ?? [])
        }
        return base?.react(to: interaction) ?? .whisper(RoutingText.unknownCommand)
    }

    func choices(for focused: InteractionOption, in interaction: Interaction) async -> [CommandChoice] {
        if let part = part(of: interaction) { return await part.choices(for: focused, in: interaction) }
        return await base?.choices(for: focused, in: interaction) ?? []
    }

    private func part(of interaction: Interaction) -> (any CommandPart)? {
        parts.first { $0.group.name == interaction.data?.options?.first?.name }
    }
}
