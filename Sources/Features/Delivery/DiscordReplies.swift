import Discord
import DiscordModels
import Logging
import Support

/// The few things that Features says to Discord, in its own words. The only file here that calls the REST client.
struct DiscordReplies: Sendable {
    let rest: RESTClient
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

    /// Changes the original response.
    @discardableResult
    func edit(_ address: ReplyAddress, _ edit: MessageEdit) async throws -> Message {
        try await rest.editOriginalResponse(
            application: ApplicationID(address.applicationID), token: address.token ?? "", edit, fileBytes: address.attachmentLimit)
    }

    func send(_ message: OutgoingMessage, to channel: ChannelID) async throws -> Message {
        try await rest.createMessage(in: channel, message)
    }

    /// The latest messages of a channel.
    func messages(in channel: ChannelID) async throws -> [Message] { try await rest.messages(in: channel, limit: 100) }

    func openDirectChannel(with user: UserID) async throws -> ChannelID { try await rest.directChannel(with: user).id }

    /// A line in place of the original response, said once and without promise.
    func sayAtOnce(_ text: String, to address: ReplyAddress) async {
        guard address.hasToken(at: clock.now()) else { return }
        await quietly { try await edit(address, MessageEdit(content: text)) }
    }

    /// A line that only the person sees, said once and without promise.
    func whisper(_ text: String, to address: ReplyAddress) async {
        guard let token = address.token, address.hasToken(at: clock.now()) else { return }
        await quietly {
            try await rest.createFollowup(
                application: ApplicationID(address.applicationID), token: token, OutgoingMessage(content: text, flags: .ephemeral))
        }
    }

    private func quietly<Value>(_ body: () async throws -> Value) async {
        do { _ = try await body() } catch { logger.debug("A line could not be said", metadata: ["error": "\(error)"]) }
    }
}
