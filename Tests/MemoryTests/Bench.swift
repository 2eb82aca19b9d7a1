import Foundation
import Memory
import PostgresTestServer
import Storage
import Support
import Testing

/// A fresh database with this room's tables, and an hour.
struct Bench: Sendable {
    let database: Database
    let start = Timestamp(millisecondsSinceEpoch: 1_750_000_000_000)

    init(_ engine: TestEngine) throws {
        database = try TestDatabase(engine).open([MemorySchema.schema], at: start)
    }

    var consents: ConsentStore { ConsentStore(database) }
    var conversations: ConversationStore { ConversationStore(database) }
    var exchanges: ExchangeStore { ExchangeStore(database) }
    var settings: SettingsStore { SettingsStore(database) }
    var speaking: SpeakingStore { SpeakingStore(database) }
    var records: PersonalRecords { PersonalRecords(database) }

    /// The start plus so many seconds.
    func at(_ seconds: Int64) -> Timestamp { start + .seconds(seconds) }

    /// A question and, unless it is nil, its answer, as turns.
    @discardableResult
    func say(
        _ question: String, _ answer: String?, by person: PersonKey = ada, in key: ConversationKey, _ place: NewTurn.Place = .last,
        guild: GuildKey = home, id: UInt64, files: [TurnFile] = [], at seconds: Int64 = 0
    ) async throws -> Turn {
        let asked = try await conversations.append(
            NewTurn(
                key, in: guild, place, requestID: RequestID(id), role: .user, person: person, speaker: "p\(person)", content: question,
                messages: [MessageKey(id)], files: files), at: at(seconds))
        guard let answer else { return asked }
        return try await conversations.append(
            NewTurn(
                key, in: guild, .after(asked.id), requestID: RequestID(id), role: .assistant, person: person, speaker: "Troupe",
                content: answer, model: "m", messages: [MessageKey(id + 1)]), at: at(seconds))
    }

    func summarise(_ turn: Turn, _ text: String) async throws {
        try await conversations.summarise(try await conversations.path(to: turn.id), as: text, model: "m", at: at(1))
    }

    /// What a model would be given of a conversation at its end.
    func words(of key: ConversationKey) async throws -> [String] {
        guard let last = try await conversations.last(of: key) else { return [] }
        return try await words(to: last)
    }

    func words(to turn: Turn) async throws -> [String] { try await conversations.path(to: turn.id).turns.map(\.content) }
}

let ada = PersonKey(4004)
let bob = PersonKey(5005)
let home = GuildKey(3)
let lounge = ChannelKey(2)
let kitchen = ChannelKey(12)
