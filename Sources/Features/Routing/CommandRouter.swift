import DiscordModels

/// Finds who handles an interaction: commands by kind and name, buttons and forms by what their sealed id says. Pure.
struct CommandRouter: Sendable {
    /// A slash command, a user's and a message's menu entry may share a name.
    private struct Key: Hashable {
        let kind: ApplicationCommand.Kind
        let name: String
    }

    private let commands: [Key: any CommandHandler]
    private let buttons: [ButtonID.Action: any ButtonHandler]
    private let modals: [ButtonID.Action: any ModalHandler]
    private let signer: ButtonSigner

    /// The handlers' names and actions are different ones: that two features share one is a mistake in the program.
    init(commands: [any CommandHandler], buttons: [any ButtonHandler], modals: [any ModalHandler], signer: ButtonSigner) {
        self.commands = Dictionary(
            uniqueKeysWithValues: commands.map { (Key(kind: $0.definition.kind, name: $0.definition.name), $0) })
        self.buttons = Dictionary(uniqueKeysWithValues: buttons.flatMap { handler in handler.actions.map { ($0, handler) } })
        self.modals = Dictionary(uniqueKeysWithValues: modals.flatMap { handler in handler.actions.map { ($0, handler) } })
        self.signer = signer
    }

    /// - Returns: nil for kinds of interactions that are not ours.
    func route(_ interaction: Interaction) -> Reaction? {
        switch interaction.kind {
        case .command:
            guard let command = command(interaction) else { return .whisper(RoutingText.unknownCommand) }
            return command.react(to: interaction)
        case .component:
            guard let id = sealed(interaction), let handler = buttons[id.action] else { return .whisper(RoutingText.unknownButton) }
            return handler.react(to: id, pressedIn: interaction)
        case .modalSubmit:
            guard let id = sealed(interaction), let handler = modals[id.action] else { return .whisper(RoutingText.unknownButton) }
            return handler.react(to: id, submittedIn: interaction)
        default:
            return nil
        }
    }

    /// What to offer while a user types an option; nothing for what is no such interaction.
    func choices(for interaction: Interaction) async -> [CommandChoice] {
        guard let command = command(interaction), let focused = Self.focused(interaction.data?.options ?? []) else { return [] }
        return await Array(command.choices(for: focused, in: interaction).prefix(Limits.choices))
    }

    private func command(_ interaction: Interaction) -> (any CommandHandler)? {
        guard let data = interaction.data, let name = data.name else { return nil }
        return commands[Key(kind: data.commandKind ?? .chatInput, name: name)]
    }

    private func sealed(_ interaction: Interaction) -> ButtonID? { interaction.data?.customID.flatMap { signer.read($0) } }

    /// The option being typed, inside sub-commands too.
    private static func focused(_ options: [InteractionOption]) -> InteractionOption? {
        for option in options {
            if option.isFocused == true { return option }
            if let inner = option.options.flatMap(focused) { return inner }
        }
        return nil
    }
}
