import Discord
import DiscordModels
import Logging
import Support

/// The few things that Features says to Discord, in its own words; what it says in channels is in the file beside this one.
///
/// What edits a message that somebody else may be editing too, or talks in a channel, goes by the outbox: there the latest
/// word wins, and an answer is never overwritten by a waiting line. First responses and whispers have nobody to overtake,
/// and go straight.
struct DiscordReplies: Sendable {
    let rest: RESTClient
    let outbox: Outbox
    /// Says again what progress has come over.
    let answers: AnswerKeeper
    let cache: GatewayCache
    let clock: any WallClock
    let logger: Logger

    /// What came of a first response.
    enum Acknowledgement: Sendable, Hashable {
        /// Discord has it, now or from before a restart.
        case acknowledged
        /// Discord no longer waits for it: the token is of no use.
        case tooLate
        /// No answer; it may have arrived.
        case unknown
    }

    /// The first response. Never throws: what was asked for is done whether or not it arrives.
    func respond(to interaction: Interaction, with response: InteractionResponse, within span: Duration) async -> Acknowledgement {
        do {
            try await rest.respond(to: interaction.id, token: interaction.token, with: response, within: span)
            return .acknowledged
        } catch let error as DiscordAPIError where error.isAlreadyAcknowledged {
            return .acknowledged
        } catch {
            logger.warning("An interaction could not be acknowledged", metadata: ["request": "\(interaction.id)", "error": "\(error)"])
            return (error as? DiscordAPIError)?.isInteractionGone == true ? .tooLate : .unknown
        }
    }

    // MARK: Through the outbox

    /// Shows progress in place of the original response: soon, or never if something newer comes first.
    func progress(
        _ edit: MessageEdit, at address: ReplyAddress, of requestID: RequestID,
        onFailure: @escaping @Sendable () -> Void = {}
    ) {
        guard let original = address.original else { return }
        outbox.progress(edit, at: original, watch: answers.watch(requestID, at: original), onFailure: onFailure)
    }

    /// The last word in place of the original response. One try: deliveries have patience of their own.
    @discardableResult
    func edit(_ address: ReplyAddress, _ edit: MessageEdit) async throws -> Message {
        try await outbox.deliver(
            edit, at: address.original ?? .original(ApplicationID(address.applicationID), token: Secret("")),
            fileBytes: address.attachmentLimit,
            patience: .zero)
    }

    func send(_ message: OutgoingMessage, to channel: ChannelID, fileBytes: Int = Limits.fileBytes) async throws -> Message {
        try await outbox.send(message, to: .channel(channel), fileBytes: fileBytes, patience: .zero)
    }

    // MARK: Straight

    /// The latest messages of a channel.
    func messages(in channel: ChannelID) async throws -> [Message] { try await rest.messages(in: channel, limit: 100) }

    func message(_ message: MessageID, in channel: ChannelID) async throws -> Message { try await rest.message(message, in: channel) }

    func openDirectChannel(with user: UserID) async throws -> ChannelID {
        try await cache.directChannel(with: user) { try await rest.directChannel(with: user).id }
    }

    /// - Returns: whether the message is not there any more.
    @discardableResult
    func delete(_ message: MessageID, in channel: ChannelID) async -> Bool {
        do {
            try await rest.deleteMessage(message, in: channel)
            return true
        } catch let error as DiscordAPIError where error.isUnknownMessage {
            return true
        } catch {
            logger.info("A message could not be deleted", metadata: ["message": "\(message)", "error": "\(error)"])
            return false
        }
    }

    /// A line in place of an original response that nobody else knows of, said once and without promise.
    func sayAtOnce(_ text: String, to address: ReplyAddress) async {
        await sayAtOnce(MessageEdit(content: text, components: []), to: address)
    }

    /// The same with more than words.
    func sayAtOnce(_ edit: MessageEdit, to address: ReplyAddress) async {
        if address.message != nil { return await quietly { try await self.edit(address, edit) } }
        guard let token = address.token, address.hasToken(at: clock.now()) else { return }
        await quietly {
            try await rest.editOriginalResponse(
                application: ApplicationID(address.applicationID), token: token, edit, fileBytes: address.attachmentLimit)
        }
    }

    /// The same for a request whose end nobody here knows: where it was stored all the same, and somebody has spoken of it, that stands.
    func sayUnlessAnswered(_ text: String, to address: ReplyAddress) async {
        if address.message == nil, let token = address.token,
            let there = try? await rest.originalResponse(application: ApplicationID(address.applicationID), token: token),
            there.flags?.contains(.loading) != true
        {
            return
        }
        await sayAtOnce(text, to: address)
    }

    /// A line that only the person sees, said once and without promise.
    func whisper(_ text: String, to address: ReplyAddress) async {
        guard let token = address.token, address.hasToken(at: clock.now()) else { return }
        await quietly {
            try await rest.createFollowup(
                application: ApplicationID(address.applicationID), token: token, OutgoingMessage(content: text, flags: .ephemeral))
        }
    }

    func quietly<Value>(_ body: () async throws -> Value) async {
        do { _ = try await body() } catch { logger.debug("A line could not be said", metadata: ["error": "\(error)"]) }
    }
}
