import DiscordModels
import Support

/// How long an interaction can be answered: three seconds for the first answer, fifteen minutes for all others.
public struct InteractionWindow: Sendable, Hashable {
    public let acknowledgeBefore: Timestamp
    /// From then on, say it by a message of the bot instead.
    public let tokenExpiresAt: Timestamp

    /// - Parameter receivedAt: by our own clock. Discord counts the three seconds from a little earlier; the fifteen minutes
    ///   also run while an interaction waits to be received again by another process, so they count from its id.
    public init(_ interaction: InteractionID, receivedAt: Timestamp) {
        acknowledgeBefore = receivedAt + Limits.acknowledgeWithin
        let created = Timestamp(millisecondsSinceEpoch: interaction.millisecondsSinceEpoch)
        tokenExpiresAt = min(created, receivedAt) + Limits.tokenLifetime
    }

    /// Whether a call that begins now and takes no more than `margin` can still use the token.
    public func canUseToken(at now: Timestamp, margin: Duration = .seconds(10)) -> Bool { now + margin < tokenExpiresAt }
}
