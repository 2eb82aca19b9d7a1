import Storage

/// All stores of this room on one database, with the tables of ``MemorySchema``. One for a process.
public struct Memories: Sendable {
    public let consents: ConsentStore
    public let conversations: ConversationStore
    public let exchanges: ExchangeStore
    public let settings: SettingsStore
    public let speaking: SpeakingStore
    public let records: PersonalRecords
    public let clones: CloneStore
    public let stages: CloneStageStore

    public init(_ database: Database) {
        consents = ConsentStore(database)
        conversations = ConversationStore(database)
        exchanges = ExchangeStore(database)
        settings = SettingsStore(database)
        speaking = SpeakingStore(database)
        records = PersonalRecords(database)
        clones = CloneStore(database)
        stages = CloneStageStore(database)
    }
}
