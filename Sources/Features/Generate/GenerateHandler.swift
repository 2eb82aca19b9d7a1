import DiscordModels
import Support

/// `/generate` from the interaction to the queue.
struct GenerateHandler: CommandHandler {
    let command: GenerateCommand
    let submission: Submission
    let randomSeed: @Sendable () -> UInt64

    var definition: NewApplicationCommand { command.definition }

    func react(to interaction: Interaction) -> Reaction {
        let input: GenerateCommand.Input
        do {
            input = try command.parse(interaction.data?.options ?? [])
        } catch {
            return .whisper(error.userMessage)
        }
        let requestID = RequestID(interaction.id.rawValue)
        let roles = interaction.roleIDs
        return Reaction(response: .deferredMessage(ephemeral: false)) { address in
            let order = GenerateOrder(
                prompt: input.prompt, count: input.count, seed: input.seed ?? randomSeed(), model: input.model, reply: address)
            try await submission.submit(order, as: requestID, roles: roles)
        }
    }

    func choices(for focused: InteractionOption, in interaction: Interaction) async -> [CommandChoice] { command.choices(for: focused) }
}
