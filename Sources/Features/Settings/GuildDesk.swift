import DiscordModels
import Inference
import Memory
import Support

/// A server's settings as forms, for who runs Troupe: the same values, checks and records as `/settings` and `/talk`, without Discord.
public struct GuildDesk: Sendable {
    /// One form: what it is about, and its fields as they are now.
    public struct Section: Sendable, Hashable {
        public var name: String
        public var title: String
        public var fields: [Field]
    }

    public struct Field: Sendable, Hashable {
        public var name: String
        public var title: String
        /// Empty: unset.
        public var value: String
        /// What may be picked; nil where one writes.
        public var choices: [String]?

        init(_ name: String, _ title: String, _ value: String?, choices: [String]? = nil) {
            (self.name, self.title, self.value, self.choices) = (name, title, value ?? "", choices)
        }
    }

    /// Stands for the console where a change names who made it.
    public static let console = PersonKey(0)

    private let guilds: GuildSettingsStore
    private let talking: SettingsStore
    private let cards: [ImageModelCard]
    private let clock: any WallClock

    public init(guilds: GuildSettingsStore, talking: SettingsStore, models: [ImageModelCard], clock: any WallClock) {
        self.guilds = guilds
        self.talking = talking
        cards = models
        self.clock = clock
    }

    public func sections(of guild: UInt64) async throws -> [Section] {
        let painting = try await painting(guild)
        let talk = try await talking.settings(of: .guild(GuildKey(guild)))
        return [
            Section(
                name: "usual", title: "Painting, where nobody says otherwise",
                fields: [
                    Field("model", "Model", painting.model, choices: cards.map(\.name)), Field("size", "Size", painting.size),
                    Field("count", "Pictures", painting.count.map(String.init)),
                ]),
            Section(
                name: "limits", title: "At most",
                fields: [
                    Field("pictures", "Pictures of one request", painting.maximumCount.map(String.init)),
                    Field("waiting", "Waiting requests of one person", painting.waitingPerPerson.map(String.init)),
                ]),
            Section(
                name: "everywhere", title: "Pictures are shown",
                fields: [
                    Field(
                        "showing", "Where no channel or role says otherwise", (painting.showing ?? .plain).rawValue,
                        choices: PaintingSettings.Showing.allCases.map(\.rawValue))
                ]),
            Section(
                name: "talking", title: "Talking",
                fields: [
                    Field("mode", "Speaks", talk.mode?.rawValue, choices: ConversationSettings.Mode.allCases.map(\.rawValue)),
                    Field("name", "Listens to the name", talk.name), Field("prefix", "Commands as text begin with", talk.prefix),
                ]),
        ]
    }

    /// What else holds, which is changed in Discord.
    public func facts(of guild: UInt64) async throws -> [(name: String, value: String)] {
        let painting = try await painting(guild)
        return [
            ("Channels with rules", "\(painting.channels.count)"), ("Roles with rules", "\(painting.roles.count)"),
            ("Styles", painting.styles.isEmpty ? "none" : painting.styles.map(\.name).joined(separator: ", ")),
            ("Words not wanted", "\(painting.words.count)"),
        ]
    }

    /// Changes what one form says; an empty field unsets.
    ///
    /// - Throws: an error with a sentence for people where a value cannot be.
    /// - Returns: what was done, in a few words.
    public func change(_ section: String, of guild: UInt64, to fields: [String: String]) async throws -> String {
        let fields = fields.filter { !$0.value.isEmpty }
        if section == "talking" { return try await talk(guild, fields) }
        let options = fields.map { name, text in
            InteractionOption(name: name, kind: .string, value: Self.numbers.contains(name) ? Self.number(text) : .string(text))
        }
        let change = try SettingsChange([section], options, cards: cards)
        try await guilds.change(
            PaintingSettings.feature, of: GuildKey(guild), from: PaintingSettings(), by: Self.console, at: clock.now()
        ) { settings in try change.apply(to: &settings) }
        return SettingsText.done(change)
    }

    private static let numbers: Set = ["count", "pictures", "waiting"]

    private static func number(_ text: String) -> JSONValue { Int64(text).map { .integer($0) } ?? .string(text) }

    private func painting(_ guild: UInt64) async throws -> PaintingSettings {
        try await guilds.settings(PaintingSettings.self, for: PaintingSettings.feature, of: GuildKey(guild)) ?? .init()
    }

    private func talk(_ guild: UInt64, _ fields: [String: String]) async throws -> String {
        let mode = fields["mode"].flatMap(ConversationSettings.Mode.init(rawValue:))
        let name = fields["name"].map { DisplayText.shortened(DisplayText.oneLine($0), limit: 32) }
        let prefix = fields["prefix"]
        if let prefix, prefix.count > TextCommands.prefixLimit || !TalkCommand.isFit(prefix) { throw Refusal(TalkCommand.unfitPrefix) }
        try await talking.change(.guild(GuildKey(guild)), by: Self.console, at: clock.now()) { settings in
            (settings.mode, settings.name, settings.prefix) = (mode, name, prefix?.lowercased() == "off" ? nil : prefix)
        }
        return TalkCommand.describe(try await talking.settings(of: .guild(GuildKey(guild))))
    }
}
