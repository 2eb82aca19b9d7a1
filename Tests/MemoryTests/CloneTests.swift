import Memory
import PostgresTestServer
import Storage
import Support
import Testing

@Suite struct `Who may be mimicked` {
    @Test(arguments: TestEngine.allCases) func `a person's words are on record, and taking them back stops everything at once`(
        _ engine: TestEngine
    ) async throws {
        let bench = try Bench(engine)
        let clones = CloneStore(bench.database)
        #expect(try await clones.clone(of: ada, in: home) == nil)
        let clone = try #require(
            try await clones.allow(
                ada, in: home, name: "Ada", words: "Yes, go on, it is funny.", by: .person, saidIn: MessageKey(77), at: bench.at(1)))
        #expect(clone.words == "Yes, go on, it is funny." && clone.saidIn == MessageKey(77) && clone.state == .active)
        #expect(try await bench.consents.allows(ada, in: home, .clone))
        #expect(try await clones.begin("hi", of: clone.id, in: lounge, for: RequestID(1), at: bench.at(2)) != nil)

        #expect(try await clones.pause(ada, in: home, at: bench.at(3))?.state == .paused)
        #expect(try await bench.consents.allows(ada, in: home, .clone) == false)
        #expect(try await clones.begin("hi again", of: clone.id, in: lounge, for: RequestID(2), at: bench.at(4)) == nil)

        try await clones.allow(ada, in: home, name: "Ada L.", words: "Fine again.", by: .person, at: bench.at(5))
        let again = try #require(try await clones.clone(of: ada, in: home))
        #expect(again.id == clone.id && again.words == "Fine again." && again.name == "Ada L." && again.state == .active)
        #expect(try await clones.clones(in: home).count == 1)
        #expect(try await clones.clones(in: .directMessages).isEmpty)
    }

    @Test(arguments: TestEngine.allCases) func `the operator's word never stands over the person's own`(_ engine: TestEngine) async throws {
        let bench = try Bench(engine)
        let clones = CloneStore(bench.database)
        let first = try await clones.allow(bob, in: home, name: "Bob", words: "He mailed me.", by: .operator, at: bench.at(0))
        #expect(first?.wordsBy == .operator)
        try await clones.allow(bob, in: home, name: "Bob", words: "I do allow it.", by: .person, at: bench.at(1))
        #expect(try await clones.allow(bob, in: home, name: "Bob", words: "Whatever.", by: .operator, at: bench.at(2)) == nil)
        #expect(try await clones.clone(of: bob, in: home)?.words == "I do allow it.")
    }

    @Test(arguments: TestEngine.allCases) func `examples are kept once, the latest stay`(_ engine: TestEngine) async throws {
        let bench = try Bench(engine)
        let clones = CloneStore(bench.database)
        let clone = try #require(try await clones.allow(ada, in: home, name: "Ada", words: "Yes", by: .person, at: bench.at(0)))
        let examples = (0..<5).map { CloneExample(content: "text \($0)", answers: $0 == 0 ? nil : "before", saidAt: bench.at($0)) }
        #expect(try await clones.teach(examples, to: clone.id, at: bench.at(9)) == 5)
        #expect(try await clones.teach(examples, to: clone.id, at: bench.at(9)) == 0)
        #expect(try await clones.examples(of: clone.id, limit: 2).map(\.content) == ["text 4", "text 3"])
        #expect(try await clones.examples(of: clone.id).last?.answers == nil)
        #expect(try await clones.clone(clone.id)?.taughtAt == bench.at(9))
        #expect(try await clones.teach(examples, to: clone.id + 1, at: bench.at(9)) == nil)
    }

    @Test(arguments: TestEngine.allCases) func `what was learnt is kept only while the person's word covers learning`(
        _ engine: TestEngine
    ) async throws {
        let bench = try Bench(engine)
        let clones = CloneStore(bench.database)
        func allow(_ mayTrain: Bool) async throws -> Clone {
            try #require(
                try await clones.allow(ada, in: home, name: "Ada", words: "Yes", by: .person, mayTrain: mayTrain, at: bench.at(0)))
        }
        let adapter = CloneAdapter(base: "b", settings: [1], weights: [2, 0, 3], examples: 4, loss: 1.5, trainedAt: bench.at(2))
        var clone = try await allow(false)
        #expect(!clone.mayTrain)
        #expect(try await clones.keep(adapter, of: clone.id) == false)
        clone = try await allow(true)
        #expect(try await clones.keep(adapter, of: clone.id))
        #expect(try await clones.adapter(of: clone.id) == adapter)
        #expect(try await clones.adapterMark(of: clone.id)?.base == "b")
        #expect(try await clones.holdings(of: clone.id).adapters == 1)
        try await clones.pause(ada, in: home, at: bench.at(3))
        #expect(try await clones.keep(adapter, of: clone.id) == false)
        _ = try await allow(false)
        #expect(try await clones.adapter(of: clone.id) == nil)
        _ = try await allow(true)
        #expect(try await clones.keep(adapter, of: clone.id))
        #expect(try await clones.erase(ada, at: bench.at(4)).holdings.adapters == 1)
        #expect(try await clones.adapter(of: clone.id) == nil)
    }

    @Test(arguments: TestEngine.allCases) func `erasing leaves nothing, and says what there was`(_ engine: TestEngine) async throws {
        let bench = try Bench(engine)
        let clones = CloneStore(bench.database)
        let clone = try #require(try await clones.allow(ada, in: home, name: "Ada", words: "Yes", by: .person, at: bench.at(0)))
        _ = try await clones.teach([CloneExample(content: "a"), CloneExample(content: "b")], to: clone.id, at: bench.at(1))
        _ = try await clones.begin("said", of: clone.id, in: lounge, for: RequestID(5), at: bench.at(2))
        try await clones.note(MessageKey(50), of: RequestID(5))
        try await clones.rate(RequestID(5), by: bob, points: 1)
        try await clones.rate(RequestID(5), by: ada, points: -1)
        try await clones.rate(RequestID(5), by: ada, points: 1)
        #expect(try await clones.lines(in: lounge, of: clone.id, limit: 9).map(\.content) == ["said"])
        #expect(try await PersonalRecords(bench.database).export(ada).clones.first?.examples == ["a", "b"])

        let erasure = try await clones.erase(ada, at: bench.at(3))
        #expect(erasure.clones == 1 && erasure.requests == [RequestID(5)])
        #expect(
            erasure.holdings.examples == 2 && erasure.holdings.lines == 1 && erasure.holdings.ratings == 2 && erasure.holdings.points == 2)
        #expect(try await bench.consents.allows(ada, in: home, .clone) == false)
        for table in ["clones", "clone_examples", "clone_lines", "clone_ratings", "clone_adapters", "clone_trainings"] {
            #expect(try await bench.database.read { try $0.value(Int.self, sql: "SELECT COUNT(*) FROM \(table)") } == 0)
        }
        #expect(try await clones.erase(ada, at: bench.at(4)) == CloneErasure())
    }

    @Test(arguments: TestEngine.allCases) func `a line is begun once, however often it is tried`(_ engine: TestEngine) async throws {
        let bench = try Bench(engine)
        let clones = CloneStore(bench.database)
        let clone = try #require(try await clones.allow(ada, in: home, name: "Ada", words: "Yes", by: .person, at: bench.at(0)))
        let first = try await clones.begin("one", of: clone.id, in: lounge, for: RequestID(1), at: bench.at(1))
        let second = try await clones.begin("two", of: clone.id, in: lounge, for: RequestID(1), at: bench.at(2))
        #expect(first == second && second?.content == "one" && second?.message == nil)
        #expect(try await clones.lines(in: lounge, limit: 9).isEmpty)
        try await clones.note(MessageKey(9), of: RequestID(1))
        #expect(try await clones.lines(in: lounge, limit: 9).first?.message == MessageKey(9))
    }

    @Test(arguments: TestEngine.allCases) func `of two writers of one conversation the second must read again`(_ engine: TestEngine)
        async throws
    {
        let stages = CloneStageStore(try Bench(engine).database)
        let now = Timestamp(millisecondsSinceEpoch: 1_000)
        let new = CloneStageStore.Kept(channel: lounge, guild: home, body: "{}", dueAt: now)
        #expect(try await stages.save(new))
        #expect(try await stages.save(new) == false)
        var read = try #require(try await stages.stage(in: lounge))
        #expect(try await stages.due(at: now, limit: 5) == [read])
        #expect(try await stages.due(at: now - .seconds(1), limit: 5).isEmpty)
        let older = read
        read.body = "[]"
        read.dueAt = nil
        #expect(try await stages.save(read))
        #expect(try await stages.save(older) == false)
        #expect(try await stages.stages().map(\.body) == ["[]"])
    }
}
