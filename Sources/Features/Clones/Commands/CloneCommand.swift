import DiscordModels
import Jobs
import Memory
import Support

/// `/clone allow|forbid|show|say|forget|rate`: what a person decides about their own clone, and talking to somebody's.
struct CloneCommand: CommandHandler {
    let clones: CloneStore
    let stages: StageDesk
    let jobs: any JobQueue
    let shelf: StyleShelf
    let cleaner: LineCleaner
    let whisper: Whisper
    let replies: DiscordReplies
    let clock: any WallClock
    /// Longest wait for an answer.
    let patience: Duration

    var definition: NewApplicationCommand {
        func subcommand(_ name: String, _ description: String, _ options: [CommandOption] = []) -> CommandOption {
            CommandOption(kind: .subcommand, name: name, description: description, options: options)
        }
        let who = CommandOption(kind: .user, name: "who", description: "Whose clone", isRequired: true)
        return NewApplicationCommand(
            name: "clone", description: "Your clone, and those of others",
            options: [
                subcommand(
                    "allow", "Allow a model to write in your manner here, marked as AI",
                    [
                        CommandOption(
                            kind: .string, name: "words", description: "In your own words: what you allow. They are kept as your consent",
                            isRequired: true, minimumLength: 5, maximumLength: 1_000),
                        CommandOption(
                            kind: .boolean, name: "training",
                            description: "Whether a model may also learn from what you wrote, not only be shown it (no unless you say so)"),
                    ]),
                subcommand("forbid", "Pause your clone at once"),
                subcommand("show", "What is kept of you for your clone"),
                subcommand("forget", "Erase your clone and all that it was taught and said, at once"),
                subcommand(
                    "say", "Talk to somebody's clone",
                    [
                        who,
                        CommandOption(
                            kind: .string, name: "message", description: "What you say to it", isRequired: true, minimumLength: 1,
                            maximumLength: 1_000),
                    ]),
                subcommand(
                    "rate", "How well a clone did lately",
                    [
                        who,
                        CommandOption(
                            kind: .string, name: "opinion", description: "What you think of its last line here", isRequired: true,
                            choices: [
                                CommandChoice(name: "just like them", value: .string("good")),
                                CommandChoice(name: "not them", value: .string("bad")),
                            ]),
                    ]),
            ], contexts: [0])
    }

    func react(to interaction: Interaction) -> Reaction {
        guard let guild = interaction.guildID.map({ GuildKey($0.rawValue) }), let channel = interaction.channelID,
            let author = interaction.author
        else { return .whisper(ClonesText.guildOnly) }
        guard let data = interaction.data, let command = data.options?.first else { return .whisper(RoutingText.unknownCommand) }
        let person = PersonKey(author.id.rawValue)
        let name = interaction.member?.nickname ?? author.displayName
        let requestID = RequestID(interaction.id.rawValue)
        let whom = data.option("who")?.string.flatMap(UInt64.init)
        switch command.name {
        case "allow":
            let words = (data.option("words")?.string ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " ")
            guard words.split(separator: " ").count >= 3 else { return .whisper(ClonesText.wordsTooShort) }
            let mayTrain = data.option("training")?.bool ?? false
            return whisper.later { _ in
                let clone = try await clones.allow(
                    person, in: guild, name: name, avatar: Self.avatar(author), words: words, by: .person, mayTrain: mayTrain,
                    saidIn: MessageKey(requestID.rawValue), at: clock.now())
                return MessageEdit(content: clone.map(ClonesText.allowed) ?? ClonesText.nothingKept)
            }
        case "forbid":
            return whisper.later { _ in
                let clone = try await clones.pause(person, in: guild, at: clock.now())
                if let clone { try await stages.remove(clone.id) }
                return MessageEdit(content: ClonesText.forbidden(clone))
            }
        case "show": return whisper.later { _ in MessageEdit(content: try await show(person, guild)) }
        case "forget": return whisper.later { _ in MessageEdit(content: try await forget(person, guild)) }
        case "say":
            let text = DisplayText.oneLine(data.option("message")?.string ?? "")
            guard let whom, !text.isEmpty else { return .whisper(RoutingText.unknownCommand) }
            return Reaction(response: .deferredMessage(ephemeral: false)) { address in
                try await say(text, by: name, to: whom, guild, requestID, address)
            }
        case "rate":
            guard let whom else { return .whisper(RoutingText.unknownCommand) }
            let points = data.option("opinion")?.string == "bad" ? -1 : 1
            return whisper.later { _ in
                guard let clone = try await clones.clone(of: PersonKey(whom), in: guild),
                    let line = try await clones.lines(in: ChannelKey(channel.rawValue), of: clone.id, limit: 1).first
                else { return MessageEdit(content: ClonesText.nothingToRate) }
                try await clones.rate(line.requestID, by: person, points: points)
                return MessageEdit(content: ClonesText.rated)
            }
        default: return .whisper(RoutingText.unknownCommand)
        }
    }

    private func show(_ person: PersonKey, _ guild: GuildKey) async throws -> String {
        guard let clone = try await clones.clone(of: person, in: guild) else { return ClonesText.nothingKept }
        let samples = try await clones.examples(of: clone.id, limit: 5).map(\.content)
        return DisplayText.shortened(
            ClonesText.show(clone, try await clones.holdings(of: clone.id), samples: samples), limit: Limits.content)
    }

    /// At once: examples, words, lines, what waits in the queue, and what was recorded of it.
    private func forget(_ person: PersonKey, _ guild: GuildKey) async throws -> String {
        guard let clone = try await clones.clone(of: person, in: guild) else { return ClonesText.nothingKept }
        try await stages.remove(clone.id)
        let erasure = try await clones.erase(person, in: guild, at: clock.now())
        await shelf.drop(clone.id)
        let gone = try await jobs.erase(erasure.requests)
        return ClonesText.forgotten(erasure, jobs: gone.count)
    }

    private func say(
        _ text: String, by name: String, to person: UInt64, _ guild: GuildKey, _ requestID: RequestID, _ address: ReplyAddress
    ) async throws {
        func refuse(_ reason: String) async { await replies.sayAtOnce(reason, to: address) }
        guard let clone = try await clones.clone(of: PersonKey(person), in: guild), clone.state == .active else {
            return await refuse(ClonesText.notAllowed(person))
        }
        if cleaner.isBlocked(text) { return await refuse(ClonesText.blocked) }
        let channel = ChannelKey(address.channelID ?? 0)
        let before = try await clones.lines(in: channel, of: clone.id, limit: 6).map(\.content)
        let order = CloneOrder(
            clone: clone.id, message: ClonePrompt.Said(name: name, text: text), before: before, isTurn: false, reply: address)
        let now = clock.now()
        if case .refused(let refusal) = try await jobs.enqueue(order.job(requestID, deadline: now + patience), at: now) {
            await refuse(refusal.userMessage)
        }
    }

    private static func avatar(_ user: User) -> String? {
        user.avatar.map { "https://cdn.discordapp.com/avatars/\(user.id)/\($0).png" }
    }
}
