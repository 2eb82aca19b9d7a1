import Discord
import DiscordModels
import Inference
import Support

/// `/generate` from the interaction to the queue.
struct GenerateHandler: CommandHandler {
    let command: GenerateCommand
    let choices: GenerateChoices
    let rules: PaintingRules
    let submission: Submission
    let attachments: AttachmentDownloader
    let randomSeed: @Sendable () -> UInt64

    var definition: NewApplicationCommand { command.definition }

    func react(to interaction: Interaction) -> Reaction {
        let place = AskingPlace(interaction)
        let input: GenerateInput
        do {
            input = try command.parse(interaction.data)
            try checkAtHand(input, place)
        } catch {
            return .whisper(error.userMessage)
        }
        let requestID = RequestID(interaction.id.rawValue)
        return Reaction(response: .deferredMessage(ephemeral: false)) { address in
            try await accept(input, place, as: requestID, address)
        }
    }

    /// Says at once, and to the person alone, what would be refused anyway, where the guild's rules are at hand.
    private func checkAtHand(_ input: GenerateInput, _ place: AskingPlace) throws(Refusal) {
        guard let settings = rules.settingsAtHand(of: place.guild) else { return }
        let nowhere = ReplyAddress(
            applicationID: 0, token: nil, channelID: nil, guildID: nil, userID: 0, tokenExpiresAt: Timestamp(millisecondsSinceEpoch: 0),
            attachmentLimit: 0)
        let order = try OrderMaker(cards: command.cards, settings: settings).order(input, seed: 0, reply: nowhere)
        _ = try PaintingPolicy(settings: settings, place: place).rule(prompt: order.request.prompt, count: order.count)
    }

    private func accept(_ input: GenerateInput, _ place: AskingPlace, as requestID: RequestID, _ address: ReplyAddress) async throws {
        // A picture need not be fetched again when the event comes again.
        if input.image != nil, try await submission.isDecided(requestID) { return }
        do {
            let settings = try await rules.settings(of: place.guild)
            var order = try OrderMaker(cards: command.cards, settings: settings).order(input, seed: randomSeed(), reply: address)
            guard let image = input.image else { return try await submission.submit(order, as: requestID, from: place) }
            let given = try await GivenPicture.fetch(image, by: attachments)
            if given.isFirstFrame { order.start?.isFirstFrame = true }
            try await submission.submit(order, start: given.file(named: GenerateFiles.start), as: requestID, from: place)
        } catch let error as any UserFacingError {
            try await submission.refuse(error.userMessage, requestID, address)
        }
    }

    func choices(for focused: InteractionOption, in interaction: Interaction) async -> [CommandChoice] {
        await choices.choices(for: focused, in: interaction)
    }
}
