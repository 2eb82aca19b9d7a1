import DiscordModels
import Support

/// A message that is there, to be edited.
public enum MessageAddress: Sendable, Hashable {
    /// The first answer to an interaction.
    case original(ApplicationID, token: Secret)
    case followup(MessageID, ApplicationID, token: Secret)
    case message(MessageID, in: ChannelID)
}

/// A place for new messages.
public enum MessagePlace: Sendable, Hashable {
    case channel(ChannelID)
    /// The followups of an interaction.
    case followups(ApplicationID, token: Secret)
}

/// What goes to one line goes in order, one after the other.
enum OutboxLine: Sendable, Hashable {
    case address(MessageAddress)
    case place(MessagePlace)

    /// What shares a limit of Discord's: a channel, or an interaction's own webhook.
    enum Budget: Sendable, Hashable {
        case channel(ChannelID)
        case interaction(Secret)
    }

    var budget: Budget {
        switch self {
        case .address(.original(_, let token)), .address(.followup(_, _, let token)), .place(.followups(_, let token)): .interaction(token)
        case .address(.message(_, let channel)), .place(.channel(let channel)): .channel(channel)
        }
    }
}
