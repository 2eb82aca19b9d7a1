import Support

/// Where the answer to an interaction goes, as it is kept with the job until the answer is delivered.
///
/// The token is good for 15 minutes after the interaction; later, or when Discord refuses it, the channel and the user are
/// what is left. It lies in job arguments and deliveries, which never print.
struct ReplyAddress: Sendable, Hashable, Codable {
    var applicationID: UInt64
    /// Nil when Discord refused the acknowledgement: then nobody waits on it.
    var token: String?
    var channelID: UInt64?
    var guildID: UInt64?
    var userID: UInt64
    /// When this process got the interaction.
    var receivedAt: Timestamp
    /// The largest file that may be uploaded there, in bytes.
    var attachmentLimit: Int

    /// A little less than Discord's 15 minutes, so that an upload on its way still arrives in time.
    static let tokenLife: Duration = .seconds(14 * 60 + 30)

    /// Whether the interaction's token may still be used.
    func hasToken(at now: Timestamp) -> Bool { token != nil && now < receivedAt + Self.tokenLife }
}
