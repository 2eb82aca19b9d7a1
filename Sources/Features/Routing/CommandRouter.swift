import DiscordModels

/// Finds who handles an interaction: commands by name, buttons by what their sealed id says. Pure.
struct CommandRouter: Sendable {
    private let commands: [String: any CommandHandler]
    private let buttons: [ButtonID.Action: any ButtonHandler]
    private let signer: ButtonSigner

    init(commands: [any CommandHandler], buttons: [any ButtonHandler], signer: ButtonSigner) {
        self.commands = Dictionary(commands.map { ($0.definition.name, $0) }) { first, _ in first }
        self.buttons = Dictionary(buttons.flatMap { handler in handler.actions.map { ($0, handler) } }) { first, _ in first }
        self.signer = signer
    }

    /// - Returns: nil for kinds of interactions that are not ours.
    func route(_ interaction: Interaction) -> Reaction? {
        switch interaction.kind {
        case .command:
            guard let command = command(interaction) else { return .whisper(GenerateText.unknownCommand) }
            return command.react(to: interaction)
        case .autocomplete:
            let focused = interaction.data?.options?.first { $0.isFocused == true }
            let choices = focused.flatMap { command(interaction)?.choices(for: $0) } ?? []
            return Reaction(response: .choices(Array(choices.prefix(Limits.choices))))
        case .component:
            guard let customID = interaction.data?.customID, let button = signer.read(customID), let handler = buttons[button.action] else {
                return .whisper(GenerateText.unknownButton)
            }
            return handler.react(to: button, pressedIn: interaction)
        default:
            return nil
        }
    }

    private func command(_ interaction: Interaction) -> (any CommandHandler)? { interaction.data?.name.flatMap { commands[$0] } }
}
