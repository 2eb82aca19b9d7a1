import Memory

/// A message as the rule of addressing sees it: nothing but what decides whether it is for the bot.
struct HeardMessage: Sendable, Hashable {
    enum Author: Sendable, Hashable {
        case human
        /// Another application, or a webhook.
        case bot
        case ourselves
    }

    var author: Author
    /// Empty where Discord does not let the bot read it.
    var content: String
    var isDirect = false
    /// Written by a person, in their own words: no notice that somebody joined or pinned something.
    var isOrdinary = true
    /// Whether its text, or the answer it is, calls the bot.
    var mentionsUs = false
    /// Whether it answers a message of the bot's.
    var answersUs = false
    /// Whether it stands in a thread that the bot opened.
    var isInOwnThread = false
    var hasAttachments = false
    /// Whether the author lets the bot read along.
    var isOptedIn = false
}

/// What the bot does about a message.
enum HearingDecision: Sendable, Hashable {
    /// - Parameter text: what was said, without the call itself.
    case answer(AnswerReason, text: String)
    /// Not for the bot, but part of the talk that it may follow.
    case overhear(text: String)
    case silence(SilenceReason)
}

enum AnswerReason: String, Sendable, Hashable {
    case mention, reply, direct, name, ownThread, always, sometimes
}

enum SilenceReason: String, Sendable, Hashable {
    /// It is the bot's own.
    case ourselves
    /// A notice of Discord's.
    case notice
    /// The channel is off.
    case off
    /// Another bot's, and bots are not answered here.
    case bot
    /// Another bot's, with whom enough was said without a human between.
    case loop
    /// Nobody spoke to the bot.
    case notAddressed
    /// Nobody spoke to the bot, and the author has not opted in.
    case notOptedIn
    /// It would have been free to speak, and chose not to, or has spoken lately.
    case restraint
    /// Addressed, but there is nothing in it that may be read.
    case nothingToRead
}
