import DiscordModels
import Inference
import Jobs
import Memory
import Support

/// "Ask about this" in the menu of a message: opens a form for the question. What the message says is kept until the form comes
/// back, since Discord shows it to the bot only now.
struct AskAboutCommand: CommandHandler {
    let memories: Memories
    let signer: ButtonSigner
    let clock: any WallClock

    var definition: NewApplicationCommand { NewApplicationCommand(kind: .message, name: "Ask about this", description: "") }

    func react(to interaction: Interaction) -> Reaction {
        guard let place = Whereabouts(interaction),
            let message = interaction.data?.targetID.flatMap({ MessageID($0) }).flatMap({ interaction.data?.resolved?.messages?[$0] })
        else { return .whisper(RoutingText.unknownCommand) }
        guard !message.content.isEmpty || !message.attachments.isEmpty else {
            return .whisper("There is nothing in this message that I could read.")
        }
        let requestID = RequestID(interaction.id.rawValue)
        let form = Modal(
            customID: signer.customID(ButtonID(action: .chatAsk, requestID: requestID, owner: place.person.rawValue)),
            title: "Ask about this",
            components: [
                .actionRow([
                    .textInput(
                        TextInput(
                            customID: "question", style: .paragraph, label: "What do you want to know?", maximumLength: 1_500,
                            isRequired: false,
                            placeholder: "Explain this."))
                ])
            ])
        return Reaction(response: .modal(form)) { [memories, clock] _ in
            var question = ChatQuestion(text: message.content, speaker: message.speaker, model: "", options: TextOptions())
            question.attachments = Array(message.attachments.prefix(ChatQuestion.attachmentLimit))
            try await memories.exchanges.ask(
                Exchange(
                    requestID: requestID, key: .replyChain(MessageKey(requestID.rawValue), in: place.channel), guild: place.guild,
                    channel: place.channel, person: place.person, isRemembered: false,
                    question: try JobPayload(encoding: question).bytes, askedAt: clock.now()))
        }
    }
}

/// The form of "Ask about this", filled in.
struct AskAboutForm: ModalHandler {
    let memories: Memories
    let asking: ChatAsking

    var actions: Set<ButtonID.Action> { [.chatAsk] }

    /// What the message says was written down just before, or is just now.
    private func question(_ requestID: RequestID) async throws -> ChatQuestion? {
        for _ in 0..<20 {
            if let exchange = try await memories.exchanges.exchange(requestID) { return try exchange.decodeQuestion() }
            try await asking.submission.clock.sleep(for: .milliseconds(100))
        }
        return nil
    }

    func react(to modal: ButtonID, submittedIn interaction: Interaction) -> Reaction {
        guard let place = Whereabouts(interaction) else { return .whisper(RoutingText.unknownButton) }
        var typed = ""
        for case .textInput(let field) in (interaction.data?.components ?? []).flatMap(\.flattened) where field.customID == "question" {
            typed = String((field.value ?? "").prefix(1_500)).trimmingSpace()
        }
        let wish = typed.isEmpty ? "Explain this." : typed
        return Reaction(response: .deferredMessage(ephemeral: false)) { [memories, asking] address in
            let requestID = RequestID(interaction.id.rawValue)
            guard let about = try await question(modal.requestID) else {
                return try await asking.submission.refuse(ChatText.gone, ChatOrder(model: "", reply: address), requestID)
            }
            let text = "\(wish)\n\nIt is about this message by \(DisplayText.oneLine(about.speaker)):\n\"\"\"\n\(about.text)\n\"\"\""
            try await asking.ask(text, about.attachments, by: place, as: requestID, at: address, isOthers: true)
            try await memories.exchanges.remove(modal.requestID)
        }
    }
}
