import Discord
import DiscordModels
import Support

/// Where the answer to an interaction goes, as it is kept with the job until the answer is delivered.
///
/// The token is good for 15 minutes after the interaction; later, or when Discord refuses it, the channel and the user are
/// what is left. It lies in job arguments and deliveries; only there is the token written out.
struct ReplyAddress: Sendable, Hashable, Codable {
    var applicationID: UInt64
    /// Nil when Discord refused the acknowledgement: then nobody waits on it.
    var token: Secret?
    var channelID: UInt64?
    /// The message of ours that stands for the response, where a text was the command.
    var message: UInt64?
    var guildID: UInt64?
    var userID: UInt64
    var tokenExpiresAt: Timestamp
    /// The largest file that may be uploaded there, in bytes.
    var attachmentLimit: Int

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(applicationID, forKey: .applicationID)
        try container.encodeIfPresent(token?.reveal(), forKey: .token)
        try container.encodeIfPresent(channelID, forKey: .channelID)
        try container.encodeIfPresent(message, forKey: .message)
        try container.encodeIfPresent(guildID, forKey: .guildID)
        try container.encode(userID, forKey: .userID)
        try container.encode(tokenExpiresAt, forKey: .tokenExpiresAt)
        try container.encode(attachmentLimit, forKey: .attachmentLimit)
    }

    /// The original response, where there is one to edit.
    var original: MessageAddress? {
        if let message, let channelID { return .message(MessageID(message), in: ChannelID(channelID)) }
        return token.map { .original(ApplicationID(applicationID), token: $0) }
    }

    /// Whether the interaction's token may still be used for a call that begins now, or there is a message to edit instead.
    func hasToken(at now: Timestamp) -> Bool { message != nil || token != nil && now + .seconds(10) < tokenExpiresAt }
}
