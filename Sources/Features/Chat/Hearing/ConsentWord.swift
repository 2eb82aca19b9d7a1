import DiscordModels

/// `!optin` or `!optout` as a message. Pure.
enum ConsentWord: Sendable, Hashable {
    case optIn, optOut

    /// - Parameter isAddressed: said to the bot; else only the bare word counts, since others may have such a command too.
    init?(in text: String, mentioning user: UserID, isAddressed: Bool) {
        guard text.utf8.count <= 200 else { return nil }
        var words = text.lowercased().split(whereSeparator: \.isWhitespace).map(String.init)
        words.removeAll { $0 == "<@\(user)>" || $0 == "<@!\(user)>" }
        guard words.count == 1, let word = words.first else { return nil }
        switch word {
        case "!optin": self = .optIn
        case "!optout": self = .optOut
        case "optin" where isAddressed: self = .optIn
        case "optout" where isAddressed: self = .optOut
        default: return nil
        }
    }
}
