import Discord
import DiscordModels
import Jobs
import Logging
import Support

/// Takes commands that were typed as text, where a server's people switched that on: it makes of them what Discord would have made
/// of the slash command, and sends that the same way.
///
/// A message of ours stands for the response: it is edited as one, and what only the person may see is in a direct message.
struct TextCommands: Sendable {
    /// Characters of a prefix.
    static let prefixLimit = 10

    /// What begins commands in a guild, or in direct messages; nil where nothing does.
    typealias Prefixes = @Sendable (GuildID?) async throws -> String?

    let parser: TextCommandParser
    let router: CommandRouter
    let replies: DiscordReplies
    let rights: MemberRights
    let prefixes: Prefixes
    let owners: OwnerCommands
    let clock: any WallClock
    let logger: Logger

    /// - Returns: false if the message is no command, and others may want it.
    func take(_ message: Message, receivedAt: Timestamp) async throws -> Bool {
        guard message.author.isBot != true, message.webhookID == nil, message.kind == .default || message.kind == .reply else {
            return false
        }
        if try await owners.take(message, prefix: { try await prefixes(message.guildID) }) { return true }
        guard let (name, found) = parser.candidate(message.content), let prefix = try await prefixes(message.guildID), prefix == found,
            let reading = parser.read(message.content, prefix: prefix, attachments: message.attachments, mentions: message.mentions ?? [])
        else { return false }
        switch reading {
        case .mistake(let sentence): try await say(OutgoingMessage(content: sentence), to: message, in: message.channelID)
        case .command(let data):
            if let reason = try await refusal(of: name, to: message) {
                try await say(OutgoingMessage(content: reason), to: message, in: message.channelID)
            } else {
                try await run(data, of: message, receivedAt)
            }
        }
        return true
    }

    /// Why somebody may not use a command; what Discord itself sees to for slash commands.
    private func refusal(of name: String, to message: Message) async throws -> String? {
        guard let command = parser.definition(name) else { return RoutingText.unknownCommand }
        if let contexts = command.contexts, !contexts.contains(message.guildID == nil ? 1 : 0) {
            return message.guildID == nil ? "That works in servers only." : "That works in direct messages only."
        }
        guard let needed = command.defaultMemberPermissions, message.guildID != nil else { return nil }
        let has = try await rights.permissions(of: message)
        return has.contains(.administrator) || has.isSuperset(of: needed) ? nil : "You may not use `/\(name)` here."
    }

    private func run(_ data: InteractionData, of message: Message, _ receivedAt: Timestamp) async throws {
        var member = message.guildID == nil ? nil : message.member ?? Member()
        member?.user = message.author
        member?.permissions = try await rights.permissions(of: message)
        let interaction = Interaction(
            id: InteractionID(message.id.rawValue), applicationID: ApplicationID(0), kind: .command, token: Secret(""), data: data,
            guildID: message.guildID, channelID: message.channelID, member: member, user: member == nil ? message.author : nil)
        guard let reaction = router.route(interaction) else { return }
        var address = ReplyAddress(message)
        switch reaction.response {
        case .message(let answer):
            let isPrivate = answer.flags.contains(.ephemeral)
            if isPrivate { try await whisper(answer, to: message) } else { try await say(answer, to: message, in: message.channelID) }
        case .deferredMessage(let isPrivate):
            let waiting = OutgoingMessage(content: RoutingText.working)
            let stand = try await isPrivate ? whisper(waiting, to: message) : say(waiting, to: message, in: message.channelID)
            guard let stand else { return }
            (address.channelID, address.message) = (stand.channelID.rawValue, stand.id.rawValue)
        default:
            try await say(OutgoingMessage(content: RoutingText.needsSlash), to: message, in: message.channelID)
            return
        }
        do {
            try await reaction.next?(address)
            if reaction.next != nil {
                RequestTrace.tell("accept", of: RequestID(message.id.rawValue), from: receivedAt, to: clock.now())
            }
        } catch let error as CancellationError { throw error } catch {
            logger.critical(
                "A request could not be stored and was refused", metadata: ["request": "\(message.id)", "error": "\(error)"])
            await replies.sayAtOnce(RoutingText.cannotAccept, to: address)
        }
    }

    // MARK: Saying

    /// Once, however often the same message is heard; nil if the channel is closed to the bot.
    @discardableResult
    private func say(_ answer: OutgoingMessage, to message: Message, in channel: ChannelID) async throws -> Message? {
        var answer = answer
        answer.flags = []
        answer.nonce = "\(message.id)"
        if channel == message.channelID { answer.reference = MessageReference(messageID: message.id, failIfNotExists: false) }
        do { return try await replies.send(answer, to: channel) } catch let error as DiscordAPIError {
            logger.info("A text command could not be answered", metadata: ["message": "\(message.id)", "error": "\(error)"])
            return nil
        }
    }

    /// In a direct message, and a word in the channel that it is there.
    @discardableResult
    private func whisper(_ answer: OutgoingMessage, to message: Message) async throws -> Message? {
        guard message.guildID != nil else { return try await say(answer, to: message, in: message.channelID) }
        let channel: ChannelID
        do { channel = try await replies.openDirectChannel(with: message.author.id) } catch is DiscordAPIError {
            try await say(OutgoingMessage(content: RoutingText.cannotWhisper), to: message, in: message.channelID)
            return nil
        }
        let said = try await say(answer, to: message, in: channel)
        let note = said == nil ? RoutingText.cannotWhisper : RoutingText.whispered
        try await say(OutgoingMessage(content: note), to: message, in: message.channelID)
        return said
    }
}
