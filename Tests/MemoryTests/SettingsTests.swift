import Inference
import Memory
import PostgresTestServer
import Support
import Testing

@Suite struct `How the bot talks` {
    @Test(arguments: TestEngine.allCases) func `is said by the person, then the channel, then the guild`(_ engine: TestEngine) async throws
    {
        let bench = try Bench(engine)
        try await bench.settings.change(.guild(home), by: bob, at: bench.at(0)) {
            ($0.model, $0.mode, $0.name, $0.options) = ("big", .addressed, "Llama", TextOptions(temperature: 0.2, topK: 40))
        }
        try await bench.settings.change(.channel(lounge), by: bob, at: bench.at(0)) { ($0.model, $0.mode) = ("small", .always) }
        try await bench.settings.change(.person(ada), by: ada, at: bench.at(0)) {
            ($0.options, $0.persona) = (TextOptions(temperature: 1), Persona(instructions: "Rhyme."))
        }
        let adas = try await bench.settings.settings(for: ada, in: lounge, of: home)
        #expect(adas.model == "small" && adas.mode == .always && adas.name == "Llama" && adas.persona?.instructions == "Rhyme.")
        #expect(adas.options == TextOptions(temperature: 1, topK: 40))
        let bobs = try await bench.settings.settings(for: bob, in: kitchen, of: home)
        #expect(bobs.model == "big" && bobs.persona == nil && bobs.options?.temperature == 0.2)
    }

    @Test(arguments: TestEngine.allCases) func `when it speaks is not for one person to say`(_ engine: TestEngine) async throws {
        let bench = try Bench(engine)
        try await bench.settings.change(.person(ada), by: ada, at: bench.at(0)) {
            ($0.mode, $0.probability, $0.name, $0.scope, $0.answersBots) = (.always, 1, "Boss", .everyoneInChannel, true)
        }
        #expect(try await bench.settings.settings(for: ada, in: lounge, of: home) == ConversationSettings())
    }

    @Test(arguments: TestEngine.allCases) func `what is unset again leaves nothing behind`(_ engine: TestEngine) async throws {
        let bench = try Bench(engine)
        try await bench.settings.change(.person(ada), by: ada, at: bench.at(0)) { $0.model = "big" }
        #expect(try await bench.records.count(ada).settings == 1)
        try await bench.settings.change(.person(ada), by: ada, at: bench.at(1)) { $0.model = nil }
        #expect(try await bench.records.count(ada).settings == 0)
    }

    @Test(arguments: TestEngine.allCases) func `how much it spoke is counted in windows, and a human's word starts talks anew`(
        _ engine: TestEngine
    )
        async throws
    {
        let bench = try Bench(engine)
        let window = Duration.seconds(60)
        for second in 0..<3 {
            try await bench.speaking.spoke(in: lounge, with: bob, tokens: 10, window: window, at: bench.at(Int64(second)))
        }
        var record = try #require(try await bench.speaking.record(in: lounge, with: bob))
        #expect(record == SpeakingRecord(depth: 3, windowBeganAt: bench.at(0), answers: 3, tokens: 30, spokeAt: bench.at(2)))
        #expect(try await bench.speaking.record(in: lounge, with: nil) == nil)
        try await bench.speaking.humanSpoke(in: lounge)
        try await bench.speaking.spoke(in: lounge, with: bob, tokens: 5, window: window, at: bench.at(60))
        record = try #require(try await bench.speaking.record(in: lounge, with: bob))
        #expect(record == SpeakingRecord(depth: 1, windowBeganAt: bench.at(60), answers: 1, tokens: 5, spokeAt: bench.at(60)))
    }
}
