import DiscordModels
import Memory
import Support

/// `/clones start|stop|pause|topic|add|remove|status|tempo`: clones that talk to each other in a channel.
struct ClonesCommand: CommandHandler {
    static let people = ["who", "and", "also", "too"]
    static let mostTurns = 200
    static let mostMinutes = 240

    let clones: CloneStore
    let desk: StageDesk
    let cleaner: LineCleaner
    let components: CloneComponents
    let rules: CloneStage.Rules
    /// Has the invented cast learn for the green room; nil: there is none.
    let casting: Casting?
    let replies: DiscordReplies
    let clock: any WallClock

    var definition: NewApplicationCommand {
        func subcommand(_ name: String, _ description: String, _ options: [CommandOption] = []) -> CommandOption {
            CommandOption(kind: .subcommand, name: name, description: description, options: options)
        }
        let who = CommandOption(kind: .user, name: "who", description: "Whose clone", isRequired: true)
        return NewApplicationCommand(
            name: "clones", description: "Let clones talk to each other here",
            options: [
                subcommand(
                    "start", "Let them begin",
                    Self.people.map { CommandOption(kind: .user, name: $0, description: "Whose clone (all there are, if none is named)") }
                        + [
                            CommandOption(kind: .string, name: "topic", description: "What they begin with", maximumLength: 300),
                            CommandOption(
                                kind: .integer, name: "lines",
                                description: "How many lines at most (\(rules.mostTurns) unless told otherwise)",
                                minimumValue: 1, maximumValue: Double(Self.mostTurns)),
                            CommandOption(
                                kind: .integer, name: "minutes", description: "How long at most (30 unless told otherwise)",
                                minimumValue: 1,
                                maximumValue: Double(Self.mostMinutes)),
                            CommandOption(
                                kind: .boolean, name: "listen",
                                description: "Whether they hear what people write here (yes unless told otherwise)"),
                        ]),
                subcommand("stop", "End it at once"), subcommand("pause", "Pause it, or let it go on"),
                subcommand(
                    "topic", "Give them something to talk about",
                    [
                        CommandOption(
                            kind: .string, name: "topic", description: "What about", isRequired: true, minimumLength: 1, maximumLength: 300)
                    ]),
                subcommand("add", "Let another clone join", [who]), subcommand("remove", "Take a clone out", [who]),
                subcommand("status", "Who is talking, and how much"),
                subcommand(
                    "tempo", "How quickly they talk",
                    [
                        CommandOption(
                            kind: .integer, name: "seconds", description: "Pause between two lines", isRequired: true, minimumValue: 1,
                            maximumValue: 120)
                    ]),
            ], contexts: [0])
    }

    func react(to interaction: Interaction) -> Reaction {
        guard let guild = interaction.guildID, let channel = interaction.channelID, let author = interaction.author else {
            return .whisper(ClonesText.guildOnly)
        }
        guard let data = interaction.data, let command = data.options?.first?.name else { return .whisper(RoutingText.unknownCommand) }
        return Reaction(response: .deferredMessage(ephemeral: false)) { address in
            let edit: MessageEdit
            switch command {
            case "start":
                let requestID = RequestID(interaction.id.rawValue)
                if let casting, await casting.isMeant(data, in: channel, interaction.channel) {
                    return try await casting.begin(wishes(data), requestID, address)
                }
                edit = try await start(data, guild, channel, by: author.id.rawValue, requestID)
            default: edit = MessageEdit(content: try await change(command, data, guild, channel))
            }
            guard address.hasToken(at: clock.now()) else { return }
            try await replies.edit(address, edit)
        }
    }

    private func start(
        _ data: InteractionData, _ guild: GuildID, _ channel: ChannelID, by user: UInt64, _ requestID: RequestID
    ) async throws -> MessageEdit {
        let here = try await clones.clones(in: GuildKey(guild.rawValue)).filter { $0.state == .active }
        let named = Self.people.compactMap { data.option($0)?.string.flatMap(UInt64.init) }
        for person in named where !here.contains(where: { $0.person.rawValue == person }) {
            return MessageEdit(content: ClonesText.notAllowed(person))
        }
        let cast = named.isEmpty ? here : here.filter { named.contains($0.person.rawValue) }
        guard !cast.isEmpty else { return MessageEdit(content: ClonesText.nobodyAllowed) }
        let wishes = wishes(data)
        if let topic = wishes.topic, cleaner.isBlocked(topic) { return MessageEdit(content: ClonesText.blocked) }
        let stage = wishes.stage(of: cast, rules, startedBy: user, at: clock.now())
        guard let begun = try await desk.begin(stage, in: channel, guild: guild) else {
            return MessageEdit(content: ClonesText.alreadyRunning)
        }
        return MessageEdit(content: ClonesText.began(begun), components: components.controls(requestID, owner: user))
    }

    private func wishes(_ data: InteractionData) -> StageWishes {
        var wishes = StageWishes()
        wishes.topic = data.option("topic")?.string.map(DisplayText.oneLine)
        wishes.lines = data.option("lines")?.integer.map { Int(clamping: $0) }
        wishes.minutes = data.option("minutes")?.integer.map { Int(clamping: $0) }
        wishes.listens = data.option("listen")?.bool
        return wishes
    }

    private func change(_ command: String, _ data: InteractionData, _ guild: GuildID, _ channel: ChannelID) async throws -> String {
        let now = clock.now()
        let topic = DisplayText.oneLine(data.option("topic")?.string ?? "")
        if command == "topic", cleaner.isBlocked(topic) { return ClonesText.blocked }
        let whom = data.option("who")?.string.flatMap(UInt64.init) ?? 0
        let clone = command == "add" ? try await clones.clone(of: PersonKey(whom), in: GuildKey(guild.rawValue)) : nil
        if command == "add", clone?.state != .active { return ClonesText.notAllowed(whom) }
        let changed = try await desk.change(channel) { stage -> String in
            guard stage.status != .ended else { return ClonesText.noStage }
            stage.touched(at: now)
            switch command {
            case "stop":
                stage.stop()
                return ClonesText.stopped
            case "pause":
                if stage.status == .paused { stage.goOn(at: now) } else { stage.pause() }
                return stage.status == .paused ? ClonesText.paused : ClonesText.goingOn
            case "topic":
                stage.change(topic: topic, at: now)
                return ClonesText.topicTaken
            case "add":
                guard let clone, stage.add(.init(clone)) else { return ClonesText.castFull }
            case "remove":
                guard let member = stage.cast.first(where: { $0.person == whom }) else { return ClonesText.notAllowed(whom) }
                stage.remove(member.clone)
            case "tempo":
                let seconds = max(1, min(120, data.option("seconds")?.integer ?? 5))
                stage.rules.shortestPause = .milliseconds(seconds * 700)
                stage.rules.longestPause = .milliseconds(seconds * 1_300)
            default: break
            }
            return ClonesText.status(stage)
        }
        return changed?.value ?? ClonesText.noStage
    }
}
