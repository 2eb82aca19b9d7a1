import DiscordModels
import Memory
import Support

/// Reads what a person filled into a command. Nothing is taken for granted: a client of one's own may send anything.
struct CommandInput: Sendable {
    /// The sub-command, where the command has such.
    let subcommand: String?
    private let options: [InteractionOption]
    private let interaction: Interaction

    init(_ interaction: Interaction) {
        self.interaction = interaction
        let options = interaction.data?.options ?? []
        if let first = options.first, first.kind == .subcommand {
            (subcommand, self.options) = (first.name, first.options ?? [])
        } else {
            (subcommand, self.options) = (nil, options)
        }
    }

    private func value(_ name: String) -> JSONValue? { options.first { $0.name == name }?.value }

    /// Without control characters and space around it, in lines as typed; nil where there is nothing else.
    func text(_ name: String, atMost limit: Int) -> String? {
        guard let text = value(name)?.string else { return nil }
        let kept = String(String.UnicodeScalarView(text.unicodeScalars.filter { $0 == "\n" || $0.properties.generalCategory != .control }))
        let bounded = DisplayText.shortened(kept.trimmingSpace(), limit: limit)
        return bounded.isEmpty ? nil : bounded
    }

    func integer(_ name: String) -> Int? { value(name)?.integer.map { Int(clamping: $0) } }
    func number(_ name: String) -> Double? { value(name)?.double.flatMap { $0.isFinite ? $0 : nil } }
    func flag(_ name: String) -> Bool? { value(name)?.bool }

    func attachment(_ name: String) -> Attachment? {
        guard let id = value(name)?.string.flatMap({ AttachmentID($0) }) else { return nil }
        return interaction.data?.resolved?.attachments?[id]
    }
}

/// Who did something where, in this room's terms.
struct Whereabouts: Sendable, Hashable {
    var person: PersonKey
    var guild: GuildKey
    var channel: ChannelKey
    /// Whether the person may settle things for others here.
    var isManager: Bool
    /// The name by which people there know the person.
    var speaker: String
    var roles: Set<UInt64>

    init?(_ interaction: Interaction) {
        guard let author = interaction.author, let channel = interaction.channelID else { return nil }
        person = PersonKey(author.id.rawValue)
        guild = interaction.guildID.map { GuildKey($0.rawValue) } ?? .directMessages
        self.channel = ChannelKey(channel.rawValue)
        let permissions = interaction.member?.permissions ?? []
        isManager = interaction.guildID == nil || !permissions.isDisjoint(with: [.manageGuild, .administrator])
        roles = Set((interaction.member?.roles ?? []).map(\.rawValue))
        speaker = interaction.member?.nickname ?? author.displayName
    }

    var isDirect: Bool { guild == .directMessages }
}

/// A level of settings as people pick it.
enum SettingsLevel: String, Sendable, CaseIterable {
    case me, channel, server

    static func option(_ levels: [SettingsLevel], usually: SettingsLevel) -> CommandOption {
        CommandOption(
            kind: .string, name: "for", description: "For whom (\(usually.rawValue) unless told otherwise)",
            choices: levels.map { CommandChoice(name: $0.rawValue, value: .string($0.rawValue)) })
    }

    /// - Throws: ``Refused`` if it is not the person's to settle.
    func holder(_ whereabouts: Whereabouts) throws(Refused) -> SettingsHolder {
        switch self {
        case .me: return .person(whereabouts.person)
        case .channel, .server:
            guard whereabouts.isManager else { throw Refused("Only people who may manage this server can settle that for others.") }
            if self == .channel { return .channel(whereabouts.channel) }
            guard !whereabouts.isDirect else { throw Refused("There is no server here.") }
            return .guild(whereabouts.guild)
        }
    }

    var phrase: String {
        switch self {
        case .me: "For you"
        case .channel: "In this channel"
        case .server: "In this server"
        }
    }
}
