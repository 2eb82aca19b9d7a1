import Discord
import DiscordModels
import Jobs
import Logging
import Memory
import Support

/// Takes people's word on whether their conversations are remembered: by command, message or button, all the same.
struct ConsentDesk: Sendable {
    let memories: Memories
    let replies: DiscordReplies
    let components: ChatComponents
    let text: ConsentText
    let clock: any WallClock
    let logger: Logger

    func optIn(_ person: PersonKey, in guild: GuildKey, through path: ConsentPath, _ requestID: RequestID) async throws -> MessageEdit {
        try await memories.consents.give(.history, by: person, in: guild, through: path, at: clock.now())
        return MessageEdit(
            content: text.given(isDirect: guild == .directMessages),
            components: components.consent(isGiven: true, owner: person.rawValue, requestID))
    }

    /// Withdraws, and forgets at once what was kept.
    func optOut(_ person: PersonKey, in guild: GuildKey, through path: ConsentPath, _ requestID: RequestID) async throws -> MessageEdit {
        let had = try await memories.consents.withdraw(.history, by: person, in: guild, through: path, at: clock.now())
        let receipt = try await memories.conversations.forgetAll(of: person, in: guild)
        return MessageEdit(
            content: text.withdrawn(receipt, had: had != nil, isDirect: guild == .directMessages),
            components: components.consent(isGiven: false, owner: person.rawValue, requestID))
    }

    /// `!optin` or `!optout` as a message; the answer calls nobody, and comes once.
    func hear(_ word: ConsentWord, from message: Message) async throws {
        let (person, guild) = (PersonKey(message.author.id.rawValue), message.guildID.map { GuildKey($0.rawValue) } ?? .directMessages)
        let requestID = RequestID(message.id.rawValue)
        let answer =
            switch word {
            case .optIn: try await optIn(person, in: guild, through: .message, requestID)
            case .optOut: try await optOut(person, in: guild, through: .message, requestID)
            }
        let reply = OutgoingMessage(
            content: answer.content, components: answer.components ?? [],
            reference: MessageReference(messageID: message.id, failIfNotExists: false), nonce: "\(message.id)")
        do { _ = try await replies.send(reply, to: message.channelID) } catch let error as DiscordAPIError {
            // What counts is written down; only its confirmation could not be said.
            logger.warning("A consent could not be confirmed", metadata: ["message": "\(message.id)", "error": "\(error)"])
        }
    }
}

/// `/optin` and `/optout`.
struct ConsentCommand: CommandHandler {
    enum Kind { case optIn, optOut }

    let kind: Kind
    let desk: ConsentDesk
    let whisper: Whisper

    var definition: NewApplicationCommand {
        switch kind {
        case .optIn:
            NewApplicationCommand(name: "optin", description: "Let me remember our conversations here; says what is kept, where, how long")
        case .optOut: NewApplicationCommand(name: "optout", description: "I forget our conversations here, and remember no more of them")
        }
    }

    func react(to interaction: Interaction) -> Reaction {
        guard let place = Whereabouts(interaction) else { return .whisper(RoutingText.unknownCommand) }
        let requestID = RequestID(interaction.id.rawValue)
        return whisper.later { [kind, desk] _ in
            switch kind {
            case .optIn: try await desk.optIn(place.person, in: place.guild, through: .command, requestID)
            case .optOut: try await desk.optOut(place.person, in: place.guild, through: .command, requestID)
            }
        }
    }
}
