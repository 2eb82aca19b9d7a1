import Discord
import DiscordModels
import Logging
import Support

/// `!sync`, for those who own the bot: registers its slash commands in this server, everywhere, or nowhere. Works without any command
/// being registered, by the server's prefix, by `!`, or by a mention.
struct OwnerCommands: Sendable {
    enum Extent: String, Sendable, CaseIterable {
        case here, everywhere, nowhere
    }

    let rest: RESTClient
    let application: OwnApplication
    /// As they are at the moment.
    let commands: @Sendable () -> [NewApplicationCommand]
    let replies: DiscordReplies
    let logger: Logger

    /// What a text asks for; nil for anything else. Pure.
    ///
    /// - Parameter mentions: whether the bot is mentioned; then no prefix is needed.
    static func read(_ text: String, prefix: String?, mentions: Bool) -> Extent? {
        guard text.utf8.count <= 200 else { return nil }
        var words = text.lowercased().split(whereSeparator: \.isWhitespace).map(String.init)
        if mentions { words.removeAll { $0.hasPrefix("<@") && $0.hasSuffix(">") } }
        guard let first = words.first, words.count <= 2 else { return nil }
        let calls = ["!sync"] + (prefix.map { ["\($0.lowercased())sync"] } ?? []) + (mentions ? ["sync"] : [])
        guard calls.contains(first) else { return nil }
        return words.count == 1 ? .here : Extent(rawValue: words[1])
    }

    /// - Returns: false if the message is nothing of the kind, or not by an owner.
    func take(_ message: Message, prefix: () async throws -> String?) async throws -> Bool {
        guard message.content.utf8.count <= 200, message.content.lowercased().contains("sync") else { return false }
        let mentions = message.mentions?.contains { $0.isBot == true } ?? false
        guard let extent = Self.read(message.content, prefix: try await prefix(), mentions: mentions) else { return false }
        guard try await application.isOwned(by: message.author.id) else { return false }
        guard extent == .everywhere || message.guildID != nil else {
            try await say("In direct messages there is only `!sync everywhere`.", to: message)
            return true
        }
        do { try await say(sync(extent, application.id(), message.guildID), to: message) } catch let error as DiscordAPIError {
            logger.warning("The commands could not be registered", metadata: ["error": "\(error)"])
            try await say("Discord did not take the commands: \(error.kind). The log says more.", to: message)
        }
        return true
    }

    private func sync(_ extent: Extent, _ application: ApplicationID, _ guild: GuildID?) async throws -> String {
        let sync = CommandSync(client: rest, logger: logger)
        let guilds = guild.map { [$0] } ?? []
        let commands = commands()
        switch extent {
        case .here:
            try await sync.register(commands, application: application, guilds: guilds)
            return "\(commands.count) commands are registered in this server."
        case .everywhere:
            try await sync.register(commands, application: application)
            // Else each would be offered twice here.
            if !guilds.isEmpty { try await sync.register([], application: application, guilds: guilds) }
            return "\(commands.count) commands are registered everywhere."
        case .nowhere:
            try await sync.register([], application: application)
            if !guilds.isEmpty { try await sync.register([], application: application, guilds: guilds) }
            return
                "No commands are registered any more, here or everywhere. `!sync here` or `!sync everywhere` brings them back, and so does a restart, or a changed price."
        }
    }

    private func say(_ text: String, to message: Message) async throws {
        let answer = OutgoingMessage(
            content: text, reference: MessageReference(messageID: message.id, failIfNotExists: false), nonce: "\(message.id)")
        await replies.quietly { try await replies.send(answer, to: message.channelID) }
    }
}
