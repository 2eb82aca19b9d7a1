import Inference
import Storage
import Support

/// How the bot talks: with whom, when, as whom, with what. Each level says only what it wants different from the wider one.
public struct ConversationSettings: Sendable, Hashable, Codable {
    /// When it speaks in a channel.
    public enum Mode: String, Sendable, Hashable, Codable, CaseIterable {
        /// Never.
        case off
        /// When it is spoken to.
        case addressed
        /// At everything that people who opted in write.
        case always
        /// Now and then.
        case sometimes
    }

    public var mode: Mode?
    /// Of the mode `sometimes`: how likely it answers, 0…1.
    public var probability: Double?
    /// Of the mode `sometimes`: after it spoke up, it waits so many seconds before it does so again.
    public var cooldownSeconds: Int?
    /// What it listens to beside its mention, as `Llama` in "Hey Llama, …".
    public var name: String?
    public var scope: ConversationScope?
    /// The name of the model that answers.
    public var model: String?
    public var persona: Persona?
    public var options: TextOptions?
    /// Whether it answers other bots, within bounds.
    public var answersBots: Bool?
    /// Of a guild: what begins commands that are typed as text; nil where there are none.
    public var prefix: String?

    public init() {}

    /// These settings, with the gaps filled from a wider level.
    public func filled(from wider: ConversationSettings) -> ConversationSettings {
        var result = self
        result.mode = mode ?? wider.mode
        result.probability = probability ?? wider.probability
        result.cooldownSeconds = cooldownSeconds ?? wider.cooldownSeconds
        result.name = name ?? wider.name
        result.scope = scope ?? wider.scope
        result.model = model ?? wider.model
        result.persona = persona ?? wider.persona
        result.options = options.map { $0.filled(from: wider.options ?? TextOptions()) } ?? wider.options
        result.answersBots = answersBots ?? wider.answersBots
        return result
    }
}

/// Whom the model plays.
public struct Persona: Sendable, Hashable, Codable {
    public static let nameLimit = 80
    public static let instructionsLimit = 16_000

    public var name: String?
    /// The system prompt.
    public var instructions: String
    /// What it says first.
    public var greeting: String?

    public init(name: String? = nil, instructions: String, greeting: String? = nil) {
        self.name = name?.kept(Self.nameLimit)
        self.instructions = instructions.kept(Self.instructionsLimit)
        self.greeting = greeting?.kept(Self.instructionsLimit)
    }
}

/// Whose settings: the narrower level goes before the wider.
public enum SettingsHolder: Sendable, Hashable {
    case person(PersonKey)
    case channel(ChannelKey)
    case guild(GuildKey)

    var level: String {
        switch self {
        case .person: "person"
        case .channel: "channel"
        case .guild: "guild"
        }
    }

    var key: SQLValue {
        switch self {
        case .person(let person): person.sqlValue
        case .channel(let channel): channel.sqlValue
        case .guild(let guild): guild.sqlValue
        }
    }
}
