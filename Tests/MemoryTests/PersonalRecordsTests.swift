import Foundation
import Memory
import PostgresTestServer
import Storage
import Support
import Testing

@Suite struct `What is kept of a person` {
    private func lived(_ engine: TestEngine) async throws -> Bench {
        let bench = try Bench(engine)
        let ours = ConversationKey.everyoneInChannel(lounge)
        try await bench.consents.give(.history, by: ada, in: home, through: .command, at: bench.at(0))
        try await bench.consents.give(.history, by: bob, in: home, through: .command, at: bench.at(0))
        try await bench.settings.change(.person(ada), by: ada, at: bench.at(0)) { $0.model = "big" }
        try await bench.settings.change(.channel(lounge), by: ada, at: bench.at(0)) { $0.mode = .always }
        try await bench.say(
            "ada's secret", "to ada", in: ours, id: 100, files: [TurnFile(contentType: "image/png", bytes: [9, 9])])
        let last = try await bench.say("bob's", "to bob", by: bob, in: ours, id: 200)
        try await bench.summarise(last, "ada has a secret")
        try await bench.exchanges.ask(
            Exchange(
                requestID: RequestID(300), key: ours, guild: home, channel: lounge, person: ada, isRemembered: true,
                question: Array("ada's question".utf8), askedAt: bench.at(2)))
        _ = try await bench.exchanges.note(MessageKey(301), as: 0, of: RequestID(300))
        return bench
    }

    @Test(arguments: TestEngine.allCases) func `can be taken home, whole and without others' words`(_ engine: TestEngine) async throws {
        let bench = try await lived(engine)
        let export = try await bench.records.export(ada)
        #expect(export.turns.map(\.content) == ["ada's secret", "to ada"])
        #expect(export.turns[0].messages == [MessageKey(100)] && export.turns[1].after == export.turns[0].id)
        #expect(export.pictures.map(\.bytes) == [[9, 9]])
        #expect(export.exchanges.map(\.question) == ["ada's question"])
        #expect(export.settings.model == "big" && export.consents.count == 1)
        let text = String(decoding: try JSONEncoder().encode(export), as: UTF8.self)
        #expect(text.contains("ada's secret") && text.contains("\"person\":\"4004\"") && !text.contains("bob"))
    }

    @Test(arguments: TestEngine.allCases) func `goes on request, with a receipt that says what there was`(_ engine: TestEngine) async throws
    {
        let bench = try await lived(engine)
        let counted = try await bench.records.count(ada)
        let receipt = try await bench.records.erase(ada)
        var expected = ErasureReceipt()
        (expected.memory.turns, expected.memory.answers, expected.memory.pictures, expected.memory.summaries) = (1, 1, 1, 1)
        (expected.exchanges, expected.settings, expected.consents) = (1, 1, 1)
        #expect(receipt == expected)
        expected.memory.conversations = 1
        #expect(counted == expected)
        #expect(try await bench.records.count(ada).isEmpty)
        #expect(try await bench.records.erase(ada).isEmpty)
    }

    @Test(arguments: TestEngine.allCases) func `leaves no trace in any table, and others' things untouched`(_ engine: TestEngine)
        async throws
    {
        let bench = try await lived(engine)
        _ = try await bench.records.erase(ada)
        #expect(try await bench.words(of: .everyoneInChannel(lounge)) == ["bob's", "to bob"])
        #expect(try await bench.settings.settings(of: .channel(lounge)).mode == .always)
        #expect(try await bench.consents.allows(bob, in: home, .history))
        let left = try await bench.database.read { tx in
            let tables = ["consents", "conversation_settings", "turns", "turn_files", "summaries", "exchanges", "exchange_messages"]
            return try tables.flatMap { try tx.rows("SELECT * FROM \($0)") }.map { "\($0)" }.joined(separator: "\n")
        }
        #expect(!left.contains("ada") && !left.contains("integer(4004)"))
    }
}
