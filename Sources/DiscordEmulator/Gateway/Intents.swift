/// Which events a session asked for.
struct Intents: OptionSet, Sendable, Codable {
    let rawValue: Int64

    static let guilds = Intents(rawValue: 1 << 0)
    static let guildMembers = Intents(rawValue: 1 << 1)
    static let guildWebhooks = Intents(rawValue: 1 << 5)
    static let guildPresences = Intents(rawValue: 1 << 8)
    static let guildMessages = Intents(rawValue: 1 << 9)
    static let guildReactions = Intents(rawValue: 1 << 10)
    static let guildTyping = Intents(rawValue: 1 << 11)
    static let directMessages = Intents(rawValue: 1 << 12)
    static let directReactions = Intents(rawValue: 1 << 13)
    static let directTyping = Intents(rawValue: 1 << 14)
    static let messageContent = Intents(rawValue: 1 << 15)

    static let privileged: Intents = [.guildMembers, .guildPresences, .messageContent]
    /// Bits that are taken: the documented ones, and 17, which a well-known library asks for by default.
    static let known = Intents(rawValue: 0b11_0011_0011_1111_1111_1111_1111)
}
