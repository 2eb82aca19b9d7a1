import DiscordModels
import Memory
import Support

/// `/talk`: when the bot speaks, what it is called, and whose memory it uses. For those who manage the server.
struct TalkCommand: CommandHandler {
    let memories: Memories
    let whisper: Whisper
    let clock: any WallClock

    var definition: NewApplicationCommand {
        NewApplicationCommand(
            name: "talk", description: "When I speak here, what I am called, and whose memory I use",
            options: [
                CommandOption(
                    kind: .string, name: "mode", description: "When I speak",
                    choices: [
                        CommandChoice(name: "off: never", value: .string("off")),
                        CommandChoice(name: "addressed: when spoken to", value: .string("addressed")),
                        CommandChoice(name: "always: to everything that people who opted in write", value: .string("always")),
                        CommandChoice(name: "sometimes: now and then, to people who opted in", value: .string("sometimes")),
                    ]),
                CommandOption(
                    kind: .integer, name: "probability", description: "Of sometimes: in how many of a hundred cases", minimumValue: 1,
                    maximumValue: 100),
                CommandOption(
                    kind: .integer, name: "cooldown", description: "Of sometimes: seconds of silence between", minimumValue: 0,
                    maximumValue: 86_400),
                CommandOption(
                    kind: .string, name: "memory", description: "Who shares a memory",
                    choices: ConversationScope.allCases.filter { $0 != .thread }.map {
                        CommandChoice(name: $0.phrase, value: .string($0.rawValue))
                    }),
                CommandOption(
                    kind: .string, name: "name", description: "What I listen to, as in \"Hey Llama, …\"", minimumLength: 2,
                    maximumLength: 32),
                CommandOption(
                    kind: .string, name: "prefix",
                    description: "What begins commands typed as text in this server, as \"!\"; \"off\" for none",
                    minimumLength: 1, maximumLength: TextCommands.prefixLimit),
                CommandOption(kind: .boolean, name: "bots", description: "Whether I answer other bots, within bounds"),
                SettingsLevel.option([.channel, .server], usually: .channel),
                CommandOption(kind: .boolean, name: "reset", description: "Back to what is usual"),
            ], defaultMemberPermissions: .manageGuild, contexts: [0])
    }

    func react(to interaction: Interaction) -> Reaction {
        guard let place = Whereabouts(interaction), !place.isDirect else {
            return .whisper("In direct messages I answer everything you say.")
        }
        let input = CommandInput(interaction)
        let level = input.text("for", atMost: 10).flatMap(SettingsLevel.init) ?? .channel
        let mode = input.text("mode", atMost: 20).flatMap(ConversationSettings.Mode.init)
        let scope = input.text("memory", atMost: 40).flatMap(ConversationScope.init)
        let name = input.text("name", atMost: 32).map(DisplayText.oneLine)
        let (probability, cooldown) = (input.integer("probability"), input.integer("cooldown"))
        let (bots, reset) = (input.flag("bots"), input.flag("reset") ?? false)
        let prefix = input.text("prefix", atMost: TextCommands.prefixLimit)
        if let prefix, !Self.isFit(prefix) {
            return .whisper(Self.unfitPrefix)
        }
        return whisper.later { _ in
            if let prefix {
                try await memories.settings.change(SettingsLevel.server.holder(place), by: place.person, at: clock.now()) {
                    $0.prefix = prefix.lowercased() == "off" ? nil : prefix
                }
            }
            let holder = try level == .me ? SettingsLevel.channel.holder(place) : level.holder(place)
            try await memories.settings.change(holder, by: place.person, at: clock.now()) { settings in
                if reset {
                    (settings.mode, settings.probability, settings.cooldownSeconds) = (nil, nil, nil)
                    (settings.name, settings.scope, settings.answersBots) = (nil, nil, nil)
                }
                if let mode { settings.mode = mode }
                if let scope { settings.scope = scope }
                if let name { settings.name = name }
                if let probability { settings.probability = Double(max(1, min(100, probability))) / 100 }
                if let cooldown { settings.cooldownSeconds = max(0, min(86_400, cooldown)) }
                if let bots { settings.answersBots = bots }
            }
            var now = try await memories.settings.settings(for: place.person, in: place.channel, of: place.guild)
            now.prefix = try await memories.settings.settings(of: .guild(place.guild)).prefix
            return MessageEdit(content: Self.describe(now))
        }
    }

    static let unfitPrefix =
        "A prefix has no space, does not begin with / @ # or <, and has a sign in it that is no letter and no digit: `!`, `t!`."

    static func isFit(_ prefix: String) -> Bool {
        prefix.lowercased() == "off"
            || !prefix.contains(where: \.isWhitespace) && !"/@#<".contains(prefix.first ?? "/")
                && prefix.contains { !$0.isLetter && !$0.isNumber }
    }

    /// How it is in a channel, in sentences.
    static func describe(_ settings: ConversationSettings) -> String {
        let when =
            switch settings.mode ?? .addressed {
            case .off: "I am silent here."
            case .addressed: "I speak when spoken to."
            case .always: "I answer everything that people who opted in write; others when they speak to me."
            case .sometimes:
                """
                I answer about \(Int(((settings.probability ?? AddressingRule.defaultProbability) * 100).rounded())) of 100 messages of people \
                who opted in, with at least \(settings.cooldownSeconds ?? AddressingRule.defaultCooldown) s between; others when they speak to me.
                """
            }
        let name = settings.name.map { " I listen to the name \(DisplayText.escaped($0, limit: 32))." } ?? ""
        let bots = settings.answersBots == true ? " I answer other bots, within bounds." : ""
        let prefix = settings.prefix.map { " Commands may be typed as text behind `\($0.replacing("`", with: "'"))`." } ?? ""
        return "\(when)\(name) Memory: \((settings.scope ?? .replyChain).phrase.lowercased()).\(bots)\(prefix)"
    }
}
