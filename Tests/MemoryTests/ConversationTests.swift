import Memory
import PostgresTestServer
import Storage
import Support
import Testing

@Suite struct `A conversation` {
    let mine = ConversationKey.personInChannel(ada, lounge)

    @Test(arguments: TestEngine.allCases) func `goes on from its last turn`(_ engine: TestEngine) async throws {
        let bench = try Bench(engine)
        try await bench.say("one", "1", in: mine, id: 100)
        try await bench.say("two", "2", in: mine, id: 200)
        #expect(try await bench.words(of: mine) == ["one", "1", "two", "2"])
        #expect(try await bench.conversations.turn(in: MessageKey(201))?.content == "2")
        #expect(try await bench.conversations.turn(of: RequestID(200), .user, in: mine)?.content == "two")
    }

    @Test(arguments: TestEngine.allCases) func `keeps a turn once, however often it is told`(_ engine: TestEngine) async throws {
        let bench = try Bench(engine)
        let first = try await bench.say("one", "1", in: mine, id: 100)
        let again = try await bench.say("something else", "2", in: mine, id: 100, at: 60)
        #expect(again == first)
        #expect(try await bench.words(of: mine) == ["one", "1"])
    }

    @Test(arguments: TestEngine.allCases) func `of a reply chain branches where somebody answers an older message`(_ engine: TestEngine)
        async throws
    {
        let bench = try Bench(engine)
        let chain = ConversationKey.replyChain(MessageKey(100), in: lounge)
        let first = try await bench.say("a colour?", "red", in: chain, id: 100)
        let left = try await bench.say("darker", "maroon", in: chain, .after(first.id), id: 200)
        let right = try await bench.say("lighter", "pink", by: bob, in: chain, .after(first.id), id: 300)
        #expect(try await bench.words(to: left) == ["a colour?", "red", "darker", "maroon"])
        #expect(try await bench.words(to: right) == ["a colour?", "red", "lighter", "pink"])
    }

    @Test(arguments: TestEngine.allCases) func `never goes on from another conversation's turn`(_ engine: TestEngine) async throws {
        let bench = try Bench(engine)
        let other = try await bench.say("a secret", "kept", by: bob, in: .personInChannel(bob, lounge), id: 100)
        let turn = try await bench.say("hello", "hi", in: mine, .after(other.id), id: 200)
        #expect(try await bench.words(to: turn) == ["hello", "hi"])
        await #expect(throws: StorageError.self) {
            try await bench.database.write { try $0.execute("UPDATE turns SET parent = ? WHERE id = ?", other.id, turn.id) }
        }
    }

    @Test(arguments: TestEngine.allCases) func `can be forked, and then both go their own ways`(_ engine: TestEngine) async throws {
        let bench = try Bench(engine)
        let picture = TurnFile(contentType: "image/png", bytes: [1, 2, 3])
        let first = try await bench.say("one", "1", in: mine, id: 100, files: [picture])
        try await bench.say("two", "2", in: mine, id: 200)
        let thread = ConversationKey.thread(ChannelKey(900))
        #expect(try await bench.conversations.fork(upTo: first.id, as: thread, in: home, at: bench.at(5)) == 2)
        #expect(try await bench.conversations.fork(upTo: first.id, as: thread, in: home, at: bench.at(6)) == nil)
        try await bench.say("three", "3", by: bob, in: thread, id: 300)
        #expect(try await bench.words(of: mine) == ["one", "1", "two", "2"])
        #expect(try await bench.words(of: thread) == ["one", "1", "three", "3"])
        let copied = try #require(try await bench.conversations.turn(of: RequestID(100), .user, in: thread))
        #expect(try await bench.conversations.files(of: copied.id) == [picture])
        // A message still means the turn that it was.
        #expect(try await bench.conversations.turn(in: MessageKey(100))?.key == mine)
    }

    @Test(arguments: TestEngine.allCases) func `begins with its nearest summary, until what it tells of changes`(_ engine: TestEngine)
        async throws
    {
        let bench = try Bench(engine)
        let first = try await bench.say("one", "1", in: mine, id: 100)
        let second = try await bench.say("two", "2", in: mine, id: 200)
        let third = try await bench.say("three", "3", in: mine, id: 300)
        try await bench.summarise(first, "of one")
        try await bench.summarise(second, "of one and two")
        let path = try await bench.conversations.path(to: third.id)
        #expect(path.summary?.text == "of one and two")
        #expect(path.turns.map(\.content) == ["three", "3"])
        #expect(try await bench.conversations.path(to: first.id).summary?.text == "of one")

        try await bench.conversations.rewrite(second.id, content: "zwei", at: bench.at(3))
        let rewritten = try await bench.conversations.path(to: third.id)
        #expect(rewritten.summary?.text == "of one")
        #expect(rewritten.turns.map(\.content) == ["two", "zwei", "three", "3"])
    }

    @Test(arguments: TestEngine.allCases) func `is not summed up from what has been forgotten meanwhile`(_ engine: TestEngine) async throws
    {
        let bench = try Bench(engine)
        try await bench.say("a secret", "kept", in: mine, id: 100)
        let second = try await bench.say("two", "2", in: mine, id: 200)
        let read = try await bench.conversations.path(to: second.id)
        _ = try await bench.conversations.forget(messages: [MessageKey(100)])
        try await bench.conversations.summarise(read, as: "a secret was told", model: "m", at: bench.at(2))
        #expect(try await bench.conversations.path(to: second.id).summary == nil)
    }

    @Test(arguments: TestEngine.allCases) func `takes any text within bounds, and cuts what is beyond them`(_ engine: TestEngine)
        async throws
    {
        let bench = try Bench(engine)
        let family = "👩‍👩‍👧‍👦"
        try await bench.say("zwölf 'quotes' \(family)\0end", String(repeating: family, count: 20_000), in: mine, id: 100)
        let words = try await bench.words(of: mine)
        #expect(words[0] == "zwölf 'quotes' \(family)end")
        #expect(words[1].unicodeScalars.count == NewTurn.contentLimit)
    }

    @Test func `has a name that can be read back, and no other name can be`() throws {
        let keys: [ConversationKey] = [
            .replyChain(MessageKey(7), in: lounge), .thread(lounge), .personInChannel(ada, lounge), .everyoneInChannel(lounge),
        ]
        #expect(keys.map(\.description) == ["reply_chain:2:7", "thread:2", "person_in_channel:2:4004", "everyone_in_channel:2"])
        for key in keys { #expect(ConversationKey(key.description) == key) }
        #expect(Set(keys.map(\.scope)) == Set(ConversationScope.allCases))
        for text in ["", "thread", "thread:", "thread:2:4", "reply_chain:2", "person_in_channel:2:x", "nobody:2"] {
            #expect(ConversationKey(text) == nil)
        }
    }
}
