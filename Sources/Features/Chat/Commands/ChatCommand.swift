import Credits
import DiscordModels
import Inference
import Memory
import Support

/// What every way of asking without a message has in common: settings, conversation, submission.
struct ChatAsking: Sendable {
    let memories: Memories
    let models: TextModelCatalog
    let submission: ChatSubmission

    /// Asks, in place of the interaction's response.
    ///
    /// - Parameter isOthers: whether the words of somebody else are in it; then it is not remembered.
    func ask(
        _ text: String, _ attachments: [Attachment] = [], by place: Whereabouts, as requestID: RequestID, at address: ReplyAddress,
        isOthers: Bool = false
    ) async throws {
        let settings = try await memories.settings.settings(for: place.person, in: place.channel, of: place.guild)
        let isAllowed = try await memories.consents.allows(place.person, in: place.guild, .history)
        let isRemembered = isAllowed && !isOthers
        let finder = ConversationFinder(
            person: place.person, channel: place.channel, message: MessageKey(requestID.rawValue), isDirect: place.isDirect,
            isOwnThread: try await memories.conversations.exists(.thread(place.channel)), scope: settings.scope)
        var question = ChatQuestion(
            text: text, speaker: place.speaker, model: models.choose(settings.model), options: settings.options ?? TextOptions(),
            persona: settings.persona)
        question.attachments = attachments
        // A conversation of its own where it must not enter another.
        let key = isOthers ? .replyChain(MessageKey(requestID.rawValue), in: place.channel) : finder.find().key
        try await submission.submit(
            question, in: key, remembered: isRemembered, ChatOrder(model: question.model, reply: address), as: requestID, roles: place.roles
        )
    }
}

/// `/chat`.
struct ChatCommand: CommandHandler {
    let asking: ChatAsking
    /// What a thousand tokens cost by each of the models; nil where they are free.
    let prices: @Sendable () -> [CreditAmount?]

    var definition: NewApplicationCommand {
        NewApplicationCommand(
            name: "chat", description: CreditsText.offered("Talk with a model", prices: prices(), for: "per 1,000 tokens"),
            options: [
                CommandOption(
                    kind: .string, name: "message", description: "What you want to say", isRequired: true, minimumLength: 1,
                    maximumLength: 4_000),
                CommandOption(kind: .attachment, name: "file", description: "A picture, a text or code that goes with it"),
            ])
    }

    func react(to interaction: Interaction) -> Reaction {
        let input = CommandInput(interaction)
        guard let place = Whereabouts(interaction), let text = input.text("message", atMost: 4_000) else {
            return .whisper("The message is empty. Say something, for instance: `What can you do?`")
        }
        let attachments = input.attachment("file").map { [$0] } ?? []
        return Reaction(response: .deferredMessage(ephemeral: false)) { [asking] address in
            try await asking.ask(text, attachments, by: place, as: RequestID(interaction.id.rawValue), at: address)
        }
    }
}
