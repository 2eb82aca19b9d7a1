import Memory
import PostgresTestServer
import Storage
import Support
import Testing

@Suite struct `What a guild's owners decided` {
    private struct Rules: Codable, Sendable, Equatable {
        var model: String?
        var words: [String] = []
    }

    private struct No: Error {}

    private let hour = Timestamp(millisecondsSinceEpoch: 1_750_000_000_000)

    private func store(_ engine: TestEngine) throws -> GuildSettingsStore {
        GuildSettingsStore(try TestDatabase(engine).open([GuildSettingsStore.schema], at: hour))
    }

    private func add(_ word: String, by person: PersonKey = ada, to store: GuildSettingsStore) async throws -> Rules {
        try await store.change("painting", of: home, from: Rules(), by: person, at: hour) { rules in
            if rules.words.contains(word) { return nil }
            rules.words.append(word)
            return "blocked a word"
        }
    }

    @Test(arguments: TestEngine.allCases) func `nothing is decided at first; changes add up, each guild and feature apart`(
        _ engine: TestEngine
    ) async throws {
        let store = try store(engine)
        #expect(try await store.settings(Rules.self, for: "painting", of: home) == nil)
        _ = try await add("one", to: store)
        #expect(try await add("two", to: store).words == ["one", "two"])
        #expect(try await store.settings(Rules.self, for: "painting", of: home)?.words == ["one", "two"])
        #expect(try await store.settings(Rules.self, for: "painting", of: GuildKey(9)) == nil)
        #expect(try await store.settings(Rules.self, for: "chat", of: home) == nil)
    }

    @Test(arguments: TestEngine.allCases) func `who changed what and when is remembered; what changed nothing is not`(_ engine: TestEngine)
        async throws
    {
        let store = try store(engine)
        _ = try await add("one", to: store)
        _ = try await add("one", by: bob, to: store)
        _ = try await add("two", by: bob, to: store)
        let changes = try await store.changes(of: "painting", in: home)
        #expect(changes.map(\.version) == [2, 1] && changes.map(\.person) == [bob, ada])
        #expect(changes[0].summary == "blocked a word" && changes[0].changedAt == hour)
        #expect(try await store.forget(bob) == 1)
        #expect(try await store.changes(of: "painting", in: home).map(\.person) == [nil, ada])
    }

    @Test(arguments: TestEngine.allCases) func `a refused change leaves everything as it was`(_ engine: TestEngine) async throws {
        let store = try store(engine)
        _ = try await add("one", to: store)
        await #expect(throws: No.self) {
            try await store.change("painting", of: home, from: Rules(), by: ada, at: hour) { rules in
                rules.words = []
                throw No()
            }
        }
        #expect(try await store.settings(Rules.self, for: "painting", of: home)?.words == ["one"])
    }

    @Test(arguments: TestEngine.allCases) func `changes at the same time are all kept, and old ones forgotten at some point`(
        _ engine: TestEngine
    ) async throws {
        let store = try store(engine)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<120 { group.addTask { _ = try await add("word \(number)", to: store) } }
            try await group.waitForAll()
        }
        #expect(try await store.settings(Rules.self, for: "painting", of: home)?.words.count == 120)
        let changes = try await store.changes(of: "painting", in: home, limit: 1_000)
        #expect(changes.count == 100 && changes[0].version == 120)
    }
}
