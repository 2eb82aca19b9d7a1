import Support

/// What a person may allow to be done with what they write. Nothing is allowed unless they said so.
public enum ConsentUse: String, Sendable, Hashable, Codable, CaseIterable {
    /// Their messages to the bot, and its answers, are kept as the history of conversations.
    case history
    /// A model may speak in their manner.
    case clone
}

/// How a person said so.
public enum ConsentPath: String, Sendable, Hashable, Codable, CaseIterable {
    case command, message, button
    /// The operator did, on the person's request; can only withdraw.
    case `operator`
}

/// A person's word about one use in one guild: given, and perhaps withdrawn since.
public struct Consent: Sendable, Hashable, Codable {
    public var person: PersonKey
    public var guild: GuildKey
    public var use: ConsentUse
    public var givenAt: Timestamp
    public var givenBy: ConsentPath
    public var withdrawnAt: Timestamp?
    public var withdrawnBy: ConsentPath?

    public var isGiven: Bool { withdrawnAt == nil }
}
