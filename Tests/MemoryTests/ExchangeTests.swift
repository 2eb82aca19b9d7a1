import Memory
import PostgresTestServer
import Support
import Testing

@Suite struct `A question on its way to its answer` {
    let id = RequestID(100)

    func asked(_ engine: TestEngine, id: UInt64 = 100) async throws -> Bench {
        let bench = try Bench(engine)
        try await bench.exchanges.ask(exchange(id, bench))
        return bench
    }

    func exchange(_ id: UInt64, _ bench: Bench, question: String = "what?") -> Exchange {
        Exchange(
            requestID: RequestID(id), key: .personInChannel(ada, lounge), guild: home, channel: lounge, person: ada, isRemembered: true,
            question: Array(question.utf8), askedAt: bench.at(0))
    }

    @Test(arguments: TestEngine.allCases) func `is kept once`(_ engine: TestEngine) async throws {
        let bench = try await asked(engine)
        try await bench.exchanges.ask(exchange(100, bench, question: "something else"))
        let kept = try #require(try await bench.exchanges.exchange(id))
        #expect(kept == exchange(100, bench))
    }

    @Test(arguments: TestEngine.allCases) func `shows what the latest attempt writes, and then the first whole answer for good`(
        _ engine: TestEngine
    ) async throws {
        let bench = try await asked(engine)
        let exchanges = bench.exchanges
        var told = exchanges.drafted.listen().makeAsyncIterator()
        #expect(try await exchanges.draft(.init(text: "Hel", reasoning: "hm"), of: id, fence: 2))
        #expect(await told.next() == id)
        #expect(try await exchanges.draft(.init(text: "of a worker long dead"), of: id, fence: 1) == false)
        #expect(try await exchanges.exchange(id)?.draft == .init(text: "Hel", reasoning: "hm"))

        let answer = try #require(try await exchanges.answer(id, text: "Hello", reasoning: "hm", details: "{}", at: bench.at(5)))
        #expect(answer.text == "Hello" && answer.reasoning == "hm" && answer.details == "{}" && answer.answeredAt == bench.at(5))
        #expect(try await exchanges.answer(id, text: "Other", reasoning: "", details: "{}", at: bench.at(6)) == answer)
        #expect(try await exchanges.draft(.init(text: "late"), of: id, fence: 3) == false)
        #expect(try await exchanges.answer(RequestID(7), text: "", reasoning: "", details: "{}", at: bench.at(6)) == nil)
    }

    @Test(arguments: TestEngine.allCases) func `keeps the first message for each piece of its answer`(_ engine: TestEngine) async throws {
        let bench = try await asked(engine)
        let exchanges = bench.exchanges
        #expect(try await exchanges.note(MessageKey(1), as: 0, of: id) == MessageKey(1))
        #expect(try await exchanges.note(MessageKey(2), as: 0, of: id) == MessageKey(1))
        #expect(try await exchanges.note(MessageKey(3), as: 1, of: id) == MessageKey(3))
        #expect(try await exchanges.messages(of: id) == [0: MessageKey(1), 1: MessageKey(3)])
        #expect(try await exchanges.exchange(shownIn: MessageKey(3))?.requestID == id)
        #expect(try await exchanges.note(MessageKey(4), as: 0, of: RequestID(7)) == nil)
    }

    @Test(arguments: TestEngine.allCases) func `hands its messages to the one that takes its place`(_ engine: TestEngine) async throws {
        let bench = try await asked(engine)
        let exchanges = bench.exchanges
        _ = try await exchanges.note(MessageKey(1), as: 0, of: id)
        try await exchanges.handOver(messagesOf: id, to: RequestID(200))
        #expect(try await exchanges.messages(of: id).count == 1)
        try await exchanges.ask(exchange(200, bench))
        try await exchanges.handOver(messagesOf: id, to: RequestID(200))
        try await exchanges.handOver(messagesOf: id, to: RequestID(200))
        #expect(try await exchanges.messages(of: id).isEmpty)
        #expect(try await exchanges.messages(of: RequestID(200)) == [0: MessageKey(1)])
        try await exchanges.remove(id)
        #expect(try await exchanges.exchange(shownIn: MessageKey(1))?.requestID == RequestID(200))
    }
}
