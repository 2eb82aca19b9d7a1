import Discord
import DiscordModels
import Inference
import Jobs
import Memory
import Support

/// What the buttons under answers do.
struct ChatButtons: ButtonHandler {
    let jobs: any JobQueue
    let memories: Memories
    let models: TextModelCatalog
    let submission: ChatSubmission
    let desk: ConsentDesk
    let replies: DiscordReplies
    let whisper: Whisper
    let clock: any WallClock

    var actions: Set<ButtonID.Action> {
        [.chatStop, .chatAgain, .chatGoOn, .chatFork, .chatThoughts, .chatOptIn, .chatOptOut]
    }

    func react(to button: ButtonID, pressedIn interaction: Interaction) -> Reaction {
        guard let place = Whereabouts(interaction), let message = interaction.message else { return .whisper(RoutingText.unknownButton) }
        let requestID = RequestID(interaction.id.rawValue)
        let isOwner = place.person.rawValue == button.owner
        switch button.action {
        case .chatStop:
            guard isOwner || (place.isManager && !place.isDirect) else { return .whisper(ChatText.notYours) }
            return Reaction(response: .deferredUpdate) { try await stop(button, $0) }
        case .chatAgain:
            guard isOwner else { return .whisper(ChatText.notYours) }
            return Reaction(response: .deferredUpdate) { try await again(button, place, message.id, as: requestID, $0) }
        case .chatGoOn:
            guard isOwner else { return .whisper(ChatText.notYours) }
            return Reaction(response: .deferredUpdate) { try await goOn(button, place, message.id, as: requestID, $0) }
        case .chatFork: return whisper.later { _ in try await fork(place, message) }
        case .chatThoughts: return whisper.later { _ in try await thoughts(button, message.id) }
        case .chatOptIn:
            return whisper.later { _ in try await desk.optIn(place.person, in: place.guild, through: .button, requestID) }
        case .chatOptOut:
            guard isOwner else { return .whisper(ChatText.notYours) }
            return whisper.later { _ in try await desk.optOut(place.person, in: place.guild, through: .button, requestID) }
        default: return .whisper(RoutingText.unknownButton)
        }
    }

    private func stop(_ button: ButtonID, _ address: ReplyAddress) async throws {
        switch try await jobs.cancel(button.requestID, at: clock.now(), answer: ChatAnswer.final) {
        case .cancelled, .requested, .alreadyRequested: break
        case .alreadyFinished, .unknown: await replies.whisper(ChatText.tooLate, to: address)
        }
    }

    // MARK: Again and on

    /// What was asked and answered, from the exchange while it is there, else from what is remembered.
    private struct Past {
        var key: ConversationKey
        var question: ChatQuestion
        var isRemembered: Bool
        var answer: Turn?
        var answerText: String?
        var message: UInt64?
    }

    private func past(_ button: ButtonID, _ place: Whereabouts, _ message: MessageID) async throws -> Past? {
        if let exchange = try await memories.exchanges.exchange(button.requestID) {
            let question = try exchange.decodeQuestion()
            let order: ChatOrder? = try await jobs.job(button.requestID).flatMap { try? $0.arguments.decode() }
            var past = Past(
                key: exchange.key, question: question, isRemembered: exchange.isRemembered, answerText: exchange.answer?.text,
                message: order?.message)
            switch question.task {
            case .again(let id?): past.answer = try await memories.conversations.turn(id)
            case .goOn(let id, let soFar):
                past.answer = try await id.asyncFlatMap { try await memories.conversations.turn($0) }
                past.answerText = exchange.answer.map { soFar + "\n" + $0.text }
            case .answer, .again(nil):
                past.answer = try await memories.conversations.turn(of: button.requestID, .assistant, in: exchange.key)
            }
            return past
        }
        guard let answer = try await memories.conversations.turn(in: MessageKey(message.rawValue)), answer.role == .assistant,
            let asked = try await memories.conversations.turn(of: answer.requestID, .user, in: answer.key)
        else { return nil }
        let settings = try await memories.settings.settings(for: place.person, in: place.channel, of: place.guild)
        let question = ChatQuestion(
            text: asked.content, speaker: asked.speaker, model: models.choose(settings.model), options: settings.options ?? TextOptions(),
            persona: settings.persona)
        return Past(key: answer.key, question: question, isRemembered: true, answer: answer, answerText: answer.content)
    }

    private func again(
        _ button: ButtonID, _ place: Whereabouts, _ message: MessageID, as requestID: RequestID, _ address: ReplyAddress
    ) async throws {
        guard var past = try await past(button, place, message) else { return await replies.whisper(ChatText.gone, to: address) }
        if case .goOn = past.question.task {
        } else if past.answerText == nil {
            // It ended without an answer: the question is asked anew, and stands in the conversation once.
            past.question.task = .answer
            _ = try await memories.conversations.forget(request: button.requestID, in: past.key)
        } else {
            past.question.task = .again(past.answer?.id)
            if past.answer != nil { past.question.attachments = [] }
        }
        past.question.offersMemory = false
        let known = try await memories.exchanges.exchange(button.requestID) != nil
        try await submission.submit(
            past.question, in: past.key, remembered: past.isRemembered, order(past, address, answering: past.message), as: requestID,
            roles: place.roles, inPlaceOf: known ? button.requestID : nil, shownIn: known ? [] : try await messages(past.answer, message))
    }

    private func goOn(
        _ button: ButtonID, _ place: Whereabouts, _ message: MessageID, as requestID: RequestID, _ address: ReplyAddress
    ) async throws {
        guard var past = try await past(button, place, message), let soFar = past.answerText else {
            return await replies.whisper(ChatText.gone, to: address)
        }
        past.question.task = .goOn(past.answer?.id, soFar: String(soFar.prefix(30_000)))
        past.question.offersMemory = false
        if past.answer != nil { past.question.attachments = [] }
        try await submission.submit(
            past.question, in: past.key, remembered: past.isRemembered, order(past, address, answering: message.rawValue), as: requestID,
            roles: place.roles)
    }

    /// The button's own response is the message it is on; the answer may stand in others too, so it goes by the channel.
    private func order(_ past: Past, _ address: ReplyAddress, answering message: UInt64?) -> ChatOrder {
        var reply = address
        reply.token = nil
        let model = models[past.question.model] == nil ? models.choose(nil) : past.question.model
        return ChatOrder(model: model, reply: reply, message: message)
    }

    private func messages(_ answer: Turn?, _ message: MessageID) async throws -> [MessageKey] {
        guard let answer else { return [MessageKey(message.rawValue)] }
        return try await memories.conversations.messages(of: answer.id)
    }

    // MARK: Thread and thoughts

    private func fork(_ place: Whereabouts, _ message: Message) async throws -> MessageEdit {
        guard let turn = try await memories.conversations.turn(in: MessageKey(message.id.rawValue)) else { throw Refused(ChatText.gone) }
        guard try await memories.consents.allows(place.person, in: place.guild, .history) else {
            throw Refused("A thread remembers what is said in it. `/optin` first.")
        }
        // A thread on a message has the message's id.
        let thread = ChannelKey(message.id.rawValue)
        try await memories.conversations.fork(upTo: turn.id, as: .thread(thread), in: place.guild, at: clock.now())
        let asked = try await memories.conversations.turn(of: turn.requestID, .user, in: turn.key)?.content
        let title = DisplayText.shortened(DisplayText.oneLine(asked ?? "A conversation"), limit: 60)
        do {
            let opened = try await replies.openThread(on: message.id, in: message.channelID, named: title)
            return MessageEdit(content: "Go on in <#\(opened)>: there I answer everything, and remember what was said up to here.")
        } catch let error as DiscordAPIError where error.isForbidden {
            _ = try await memories.conversations.forget(.thread(thread))
            throw Refused("I may not open threads here.")
        }
    }

    private func thoughts(_ button: ButtonID, _ message: MessageID) async throws -> MessageEdit {
        let exchange = try await memories.exchanges.exchange(button.requestID)?.answer?.reasoning
        let turn = exchange == nil ? try await memories.conversations.turn(in: MessageKey(message.rawValue))?.reasoning : nil
        guard let thoughts = exchange ?? turn, !thoughts.isEmpty else { throw Refused(ChatText.noThoughts) }
        let pieces = MessageSplitter().split(thoughts)
        guard pieces.count > 1 else { return MessageEdit(content: pieces.first ?? ChatText.noThoughts) }
        return MessageEdit(
            content: "What the model thought is in the file.",
            files: [FileUpload(filename: "thoughts.md", contentType: "text/markdown", bytes: Array(thoughts.utf8))], keptAttachments: [])
    }
}
