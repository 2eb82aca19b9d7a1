import Memory

/// Finds the conversation that a message belongs to, and where in it. Pure: what is known of the message is an argument.
///
/// A message never enters the conversation of somebody else with the bot: not by an answer, not by a scope that was changed.
struct ConversationFinder: Sendable {
    var person: PersonKey
    var channel: ChannelKey
    var message: MessageKey
    var isDirect: Bool
    /// Whether the channel is a thread that the bot opened.
    var isOwnThread: Bool
    /// What the channel was told; reply chains unless told otherwise.
    var scope: ConversationScope?
    /// The turn that the message answers, if it is remembered.
    var answered: Turn?
    /// The conversation of the answer that the message answers, while that is still being written.
    var pending: ConversationKey?

    func find() -> (key: ConversationKey, place: NewTurn.Place) {
        if isDirect { return (.personInChannel(person, channel), .last) }
        if isOwnThread { return (.thread(channel), .last) }
        if let key = answered?.key ?? pending, key.channel == channel {
            switch key {
            case .replyChain: return (key, answered.map { .after($0.id) } ?? .last)
            case .thread, .everyoneInChannel: return (key, .last)
            case .personInChannel(let owner, _): if owner == person { return (key, .last) }
            }
        }
        switch scope ?? .replyChain {
        case .replyChain: return (.replyChain(message, in: channel), .last)
        case .personInChannel: return (.personInChannel(person, channel), .last)
        // A thread is a channel with everyone in it; only those that the bot opened are listened to by themselves.
        case .thread, .everyoneInChannel: return (.everyoneInChannel(channel), .last)
        }
    }
}
