import Discord
import DiscordModels
import Inference
import Jobs
import Logging
import Memory
import Support
import Synchronization

/// Hears messages and decides whether they are for the bot; if so, writes them down and submits them, and nothing else.
///
/// What cannot concern the bot is passed over without a look into the database.
struct ChatListener: EventListener {
    let memories: Memories
    let models: TextModelCatalog
    let selfhood: Selfhood
    let submission: ChatSubmission
    let consents: ConsentDesk
    let edits: ChatEdits
    /// A number in 0..<1.
    let draw: @Sendable () -> Double
    let clock: any WallClock
    let logger: Logger
    /// Channels in which another bot has been heard: there a human's word matters.
    let botTalks = BotTalks()

    func hear(_ event: GatewayEvent, receivedAt: Timestamp) async throws {
        switch event {
        case .ready(let ready): selfhood.learn(ready.user)
        case .messageCreate(let message): try await hear(message, receivedAt)
        case .messageUpdate(let update): try await edits.hear(update)
        case .messageDelete(let gone): try await edits.forget([gone.id], in: gone.channelID)
        case .messageDeleteBulk(let gone): try await edits.forget(gone.ids, in: gone.channelID)
        default: break
        }
    }

    private func hear(_ message: Message, _ receivedAt: Timestamp) async throws {
        let user = try await selfhood.user()
        guard message.author.id != user.id, message.kind == .default || message.kind == .reply else { return }
        let channel = ChannelKey(message.channelID.rawValue)
        let isBot = message.author.isBot == true || message.webhookID != nil
        if isBot { botTalks.note(channel) } else if botTalks.contains(channel) { try await memories.speaking.humanSpoke(in: channel) }
        var heard = HeardMessage(author: isBot ? .bot : .human, content: message.content)
        heard.isDirect = message.guildID == nil
        heard.mentionsUs = message.mentions?.contains { $0.id == user.id } ?? false
        heard.answersUs = message.referenced?.author.id == user.id
        heard.hasAttachments = !message.attachments.isEmpty
        let mayConcernUs = heard.isDirect || heard.mentionsUs || heard.answersUs || !heard.content.isEmpty || heard.hasAttachments
        guard mayConcernUs else { return }
        if !isBot, let word = ConsentWord(in: heard.content, mentioning: user.id, isAddressed: heard.isDirect || heard.mentionsUs) {
            return try await consents.hear(word, from: message)
        }
        try await decide(message, heard, user, receivedAt)
    }

    private func decide(_ message: Message, _ heard: HeardMessage, _ user: User, _ receivedAt: Timestamp) async throws {
        var heard = heard
        let guild = message.guildID.map { GuildKey($0.rawValue) } ?? .directMessages
        let (person, channel) = (PersonKey(message.author.id.rawValue), ChannelKey(message.channelID.rawValue))
        let settings = try await memories.settings.settings(for: person, in: channel, of: guild)
        let isAllowed = try await memories.consents.allows(person, in: guild, .history)
        let isRemembered = isAllowed && heard.author == .human
        heard.isOptedIn = isRemembered
        heard.isInOwnThread = try await memories.conversations.exists(.thread(channel))
        let isBot = heard.author == .bot
        let rule = AddressingRule(ourselves: PersonKey(user.id.rawValue), name: settings.name ?? user.displayName, settings: settings)
        let decision = rule.decide(
            heard, channelRecord: settings.mode == .sometimes ? try await memories.speaking.record(in: channel, with: nil) : nil,
            pairRecord: isBot ? try await memories.speaking.record(in: channel, with: person) : nil, draw: draw(), now: clock.now())

        let (answered, pending) = isRemembered ? try await answered(by: message) : (nil, nil)
        let finder = ConversationFinder(
            person: person, channel: channel, message: MessageKey(message.id.rawValue), isDirect: heard.isDirect,
            isOwnThread: heard.isInOwnThread, scope: settings.scope, answered: answered, pending: pending?.key)
        let (key, place) = finder.find()
        let requestID = RequestID(message.id.rawValue)
        switch decision {
        case .silence(let reason):
            logger.trace("A message was not for the bot", metadata: ["message": "\(message.id)", "why": "\(reason.rawValue)"])
        case .overhear(let text):
            guard isRemembered, key.isShared, key.isLinear else { return }
            let turn = NewTurn(
                key, in: guild, requestID: requestID, role: .user, person: person, speaker: message.speaker, content: text,
                messages: [MessageKey(message.id.rawValue)])
            try await memories.conversations.append(turn, at: clock.now())
        case .answer(let reason, let text):
            var question = ChatQuestion(
                text: text, speaker: message.speaker, model: models.choose(settings.model), options: settings.options ?? TextOptions(),
                persona: settings.persona)
            if case .after(let turn) = place { question.after = turn }
            if key == pending?.key { question.following = pending?.requestID }
            question.attachments = Array(message.attachments.prefix(ChatQuestion.attachmentLimit))
            question.message = MessageKey(message.id.rawValue)
            question.bot = isBot ? person : nil
            question.isUnasked = reason == .sometimes
            question.offersMemory = !isBot && !isRemembered && (reason == .reply || reason == .direct)
            let order = ChatOrder(model: question.model, reply: ReplyAddress(message), message: message.id.rawValue)
            try await submission.submit(
                question, in: key, remembered: isRemembered, order, as: requestID, roles: Set((message.member?.roles ?? []).map(\.rawValue))
            )
            RequestTrace.tell("accept", of: requestID, from: receivedAt, to: clock.now())
        }
    }
}

extension ChatListener {
    /// The turn that a message answers; or, where that is still being written, the exchange that brings it.
    private func answered(by message: Message) async throws -> (Turn?, Exchange?) {
        guard let reference = message.reference?.messageID else { return (nil, nil) }
        let key = MessageKey(reference.rawValue)
        if let turn = try await memories.conversations.turn(in: key) { return (turn, nil) }
        var exchange = try await memories.exchanges.exchange(shownIn: key)
        // Not even noted yet: an answer refers to the message that asked, and that is the request.
        if exchange == nil, let asked = message.referenced?.reference?.messageID {
            exchange = try await memories.exchanges.exchange(RequestID(asked.rawValue))
        }
        return (nil, exchange?.isRemembered == true ? exchange : nil)
    }
}

/// Remembers a bounded number of channels, the newest.
final class BotTalks: Sendable {
    private static let limit = 1_000
    private let channels = Mutex<[ChannelKey]>([])

    func note(_ channel: ChannelKey) {
        channels.withLock { channels in
            guard !channels.contains(channel) else { return }
            channels.append(channel)
            if channels.count > Self.limit { channels.removeFirst() }
        }
    }

    func contains(_ channel: ChannelKey) -> Bool { channels.withLock { $0.contains(channel) } }
}

extension Message {
    /// The name by which people there know the author.
    var speaker: String { member?.nickname ?? author.displayName }
}

extension ReplyAddress {
    /// The channel of a message: there is no token, only the place and the person.
    init(_ message: Message) {
        self.init(
            applicationID: 0, token: nil, channelID: message.channelID.rawValue, guildID: message.guildID?.rawValue,
            userID: message.author.id.rawValue, tokenExpiresAt: Timestamp(millisecondsSinceEpoch: 0), attachmentLimit: Limits.fileBytes)
    }
}

extension TextModelCatalog {
    /// The model of that name, or the operator's first; a name that is gone is no reason to be silent.
    func choose(_ name: String?) -> String {
        if let name, self[name] != nil { return name }
        return cards.first?.name ?? name ?? "none"
    }
}

extension Optional {
    func asyncFlatMap<Value>(_ transform: (Wrapped) async throws -> Value?) async rethrows -> Value? {
        guard let self else { return nil }
        return try await transform(self)
    }
}
