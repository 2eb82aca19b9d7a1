import Logging
import Memory
import PostgresTestServer
import Support
import Testing

@Suite struct `Forgetting` {
    let mine = ConversationKey.personInChannel(ada, lounge)
    let ours = ConversationKey.everyoneInChannel(lounge)

    @Test(arguments: TestEngine.allCases) func `the last question takes its answer with it, and the one before is then the last`(
        _ engine: TestEngine
    ) async throws {
        let bench = try Bench(engine)
        try await bench.say("one", "1", in: mine, id: 100)
        try await bench.say("two", "2", in: mine, id: 200)
        let receipt = try await bench.conversations.forgetLast(of: ada, in: mine)
        #expect(receipt.turns == 1 && receipt.answers == 1)
        #expect(try await bench.words(of: mine) == ["one", "1"])
        _ = try await bench.conversations.forgetLast(of: ada, in: mine)
        #expect(try await bench.conversations.exists(mine) == false)
        #expect(try await bench.conversations.forgetLast(of: ada, in: mine).isEmpty)
    }

    @Test(arguments: TestEngine.allCases) func `in a shared conversation takes one's own words, and others' go on without them`(
        _ engine: TestEngine
    ) async throws {
        let bench = try Bench(engine)
        try await bench.say("ada's first", "to ada", in: ours, id: 100)
        let bobs = try await bench.say("bob's", "to bob", by: bob, in: ours, id: 200)
        try await bench.say("ada's second", "to ada again", in: ours, id: 300)
        try await bench.summarise(bobs, "of ada and bob")
        let receipt = try await bench.conversations.forget(ours, of: ada)
        #expect(receipt.turns == 2 && receipt.answers == 2 && receipt.summaries == 1 && receipt.conversations == 0)
        #expect(try await bench.words(of: ours) == ["bob's", "to bob"])
        #expect(try await bench.conversations.forget(ours).conversations == 1)
    }

    @Test(arguments: TestEngine.allCases) func `all of a person stops at the guild's border, unless it is to be everywhere`(
        _ engine: TestEngine
    )
        async throws
    {
        let bench = try Bench(engine)
        try await bench.say("here", nil, in: mine, id: 100)
        try await bench.say("in private", nil, in: .personInChannel(ada, kitchen), guild: .directMessages, id: 200)
        try await bench.say("bob's", nil, by: bob, in: ours, id: 300)
        #expect(try await bench.conversations.forgetAll(of: ada, in: home).turns == 1)
        #expect(try await bench.conversations.exists(.personInChannel(ada, kitchen)))
        #expect(try await bench.conversations.forgetAll(of: ada).turns == 1)
        #expect(try await bench.words(of: ours) == ["bob's"])
    }

    @Test(arguments: TestEngine.allCases) func `a message deleted in Discord is forgotten here`(_ engine: TestEngine) async throws {
        let bench = try Bench(engine)
        try await bench.say("one", "1", in: mine, id: 100)
        try await bench.say("two", "2", in: mine, id: 200)
        #expect(try await bench.conversations.forget(messages: [MessageKey(100), MessageKey(777)]).turns == 1)
        #expect(try await bench.words(of: mine) == ["1", "two", "2"])
    }

    @Test(arguments: TestEngine.allCases) func `comes by itself when nothing was said for long`(_ engine: TestEngine) async throws {
        let bench = try Bench(engine)
        try await bench.say("old", nil, in: mine, id: 100)
        try await bench.say("young", nil, in: ours, id: 200, at: 50)
        try await bench.exchanges.ask(exchange(1, at: bench.at(0)))
        try await bench.exchanges.ask(exchange(2, at: bench.at(0)))
        _ = try await bench.exchanges.answer(RequestID(2), text: "a", reasoning: "", details: "{}", at: bench.at(1))
        let clock = ManualClock(now: bench.at(110))
        let cleaner = MemoryCleaner(
            bench.conversations, bench.exchanges,
            retention: .init(conversations: .seconds(100), exchanges: .seconds(10), unanswered: .seconds(1_000)), clock: clock,
            logger: Logger(label: "test"))
        let cleaning = Task { try await cleaner.run() }
        while clock.sleeperCount == 0 { await Task.yield() }
        #expect(try await bench.conversations.exists(mine) == false)
        #expect(try await bench.conversations.exists(ours))
        #expect(try await bench.exchanges.exchange(RequestID(1)) != nil)
        #expect(try await bench.exchanges.exchange(RequestID(2)) == nil)
        cleaning.cancel()
        try await cleaning.value
    }

    private func exchange(_ id: UInt64, at moment: Timestamp) -> Exchange {
        Exchange(
            requestID: RequestID(id), key: mine, guild: home, channel: lounge, person: ada, isRemembered: false, question: [],
            askedAt: moment)
    }
}
