import Discord
import DiscordModels
import Inference
import Jobs
import Storage
import Support
import Testing

@testable import Features

@Suite(.timeLimit(.minutes(10))) struct `/generate from the prompt to the picture` {
    private let discord = TinyDiscord()
    private let clock = ManualClock()
    private let jobs: any JobQueue = MemoryJobQueue()

    private func bot(_ painter: PlainPainter = PlainPainter(), name: String = "bot") -> TestBot {
        TestBot([painter], jobs: jobs, discord: discord, clock: clock, name: name)
    }

    @Test func `it is acknowledged before anything else happens`() async throws {
        let bot = bot()
        let gate = Gate()
        discord.hold("POST /interactions", gate)
        async let request = bot.generate("a red circle", id: firstID)
        while !discord.isHolding { await Task.yield() }
        #expect(try await jobs.job(RequestID(firstID)) == nil)
        gate.open()
        #expect(try await jobs.job(try await request)?.state == .available)
        #expect(discord.calls.map(\.kind) == [5])
    }

    @Test func `a waiting line at once, then one grid with its buttons`() async throws {
        let painter = PlainPainter(.init(gate: Gate()))
        let bot = bot(painter)
        try await bot.run(paints: false) {
            let request = try await bot.generate("two red circles", id: firstID, seed: 7)
            try await bot.eventually("the waiting line") { !bot.edits(request).isEmpty }
            #expect(bot.edits(request)[0].content == "Painting… position 1, about 2 s\n> two red circles")
        }
        let second = self.bot(name: "second")
        try await second.run {
            let request = RequestID(firstID)
            try await second.eventually("the answer") { try await second.isDelivered(request) }
            let last = try #require(second.edits(request).last)
            #expect(last.hasFiles)
            #expect(last.content?.hasPrefix("**two red circles**\nseed `7` · model `plain` · 4 pictures painted in") == true)
            #expect(second.edits(request).filter(\.hasFiles).count == 1)
            #expect(discord.messages(in: 2).isEmpty)
        }
    }

    @Test func `an event that comes again after a restart changes nothing`() async throws {
        let bot = bot()
        try await bot.run {
            let request = try await bot.generate("circle", id: firstID, seed: 7)
            try await bot.eventually("the answer") { try await bot.isDelivered(request) }
            discord.meet(.refuse(status: 400, code: 40_060), at: "POST /interactions")
            try await bot.generate("circle", id: firstID)
            clock.advance(by: .seconds(30))
            try await bot.eventually("rest") { clock.sleeperCount > 0 }
            #expect(bot.edits(request).filter(\.hasFiles).count == 1)
            #expect(try await jobs.deliveries(of: request).count == 1)
        }
    }

    @Test func `when the acknowledgement came too late, the answer calls the user`() async throws {
        let bot = bot()
        try await bot.run {
            discord.meet(.refuse(status: 404, code: 10_062), at: "POST /interactions")
            let request = try await bot.generate("circle", id: firstID)
            try await bot.eventually("the answer") { try await bot.isDelivered(request) }
            #expect(bot.edits(request).isEmpty)
            #expect(discord.messages(in: 2).count == 1)
            #expect(discord.messages(in: 2)[0].hasPrefix("<@4> **circle**"))
        }
    }

    @Test func `killed while painting, the next process answers, once`() async throws {
        let first = bot(PlainPainter(.init(gate: Gate())), name: "first")
        let request = RequestID(firstID)
        try await first.run {
            try await first.generate("circle", id: firstID, seed: 7)
            try await first.eventually("painting") { try await jobs.job(request)?.state == .running }
        }
        let second = bot(name: "second")
        try await second.run {
            try await second.eventually("the answer") { try await second.isDelivered(request) }
            #expect(second.edits(request).filter(\.hasFiles).count == 1)
        }
    }

    @Test func `Discord away for ten minutes: the answer still comes, once`() async throws {
        let bot = bot()
        try await bot.run {
            let request = try await bot.generate("circle", id: firstID)
            discord.meet(.drop, at: "PATCH", times: 100_000)
            try await bot.eventually("ten minutes") { clock.now().millisecondsSinceEpoch > 1_700_000_600_000 }
            #expect(try await !bot.isDelivered(request))
            discord.heal()
            try await bot.eventually("the answer", within: .seconds(60)) { try await bot.isDelivered(request) }
            #expect(discord.messages(in: 2).isEmpty)
        }
    }

    @Test func `Discord away for an hour: the answer comes as a message, once`() async throws {
        let bot = bot()
        try await bot.run {
            let request = try await bot.generate("circle", id: firstID)
            discord.meet(.drop, at: "P", times: 1_000_000)
            try await bot.eventually("an hour", within: .seconds(4_000)) { clock.now().millisecondsSinceEpoch > 1_700_003_600_000 }
            discord.heal()
            try await bot.eventually("the answer", within: .seconds(120)) { try await bot.isDelivered(request) }
            #expect(discord.messages(in: 2).count == 1)
        }
    }

    @Test func `a waiting line that is slow to arrive does not overwrite the answer`() async throws {
        let painting = Gate(), line = Gate()
        let bot = bot(PlainPainter(.init(gate: painting)))
        discord.hold("PATCH", line)
        try await bot.run {
            let request = try await bot.generate("circle", id: firstID)
            painting.open()
            try await bot.eventually("the end of the painting") { try await jobs.job(request)?.state == .completed }
            line.open()
            try await bot.eventually("the answer") { try await bot.isDelivered(request) }
            #expect(bot.edits(request).last?.hasFiles == true)
            #expect(bot.edits(request).filter(\.hasFiles).count == 1)
        }
    }

    @Test func `a waiting line that comes over the answer of another bot gives way to it again`() async throws {
        let (slow, line) = (bot(), Gate())
        let other = TestBot(jobs: jobs, discord: discord, clock: clock, name: "other")
        discord.hold("PATCH", line)
        try await slow.run(paints: false, delivers: false) {
            let request = try await slow.generate("circle", id: firstID)
            try await slow.eventually("the waiting line is on its way") { discord.isHolding }
            discord.holdNoMore("PATCH")
            try await other.run { try await other.eventually("the answer") { try await other.isDelivered(request) } }
            #expect(slow.edits(request).last?.hasFiles == true)
            line.open()
            try await slow.eventually("the waiting line") {
                slow.edits(request).filter(\.hasFiles).count == 1 && slow.edits(request).last?.hasFiles == false
            }
            try await slow.eventually("the answer again") { slow.edits(request).last?.hasFiles == true }
            #expect(slow.edits(request).filter(\.hasFiles).count == 2)
        }
    }

    @Test func `the waiting line is edited at most once an interval`() async throws {
        let bot = bot(PlainPainter(.init(gate: Gate())))
        try await bot.run {
            let request = try await bot.generate("circle", id: firstID)
            try await bot.eventually("twenty seconds") { clock.now().millisecondsSinceEpoch > 1_700_000_020_000 }
            #expect((1...14).contains(bot.edits(request).count))
            #expect(bot.edits(request).last?.content?.contains("▰▰▰▰▰▱▱▱▱▱ 50 %") == true)
        }
    }

    @Test func `a full line is refused with a reason, and that is an answer too`() async throws {
        let queue = MemoryJobQueue(limits: JobLimits(waitingPerUser: 1))
        let bot = TestBot(jobs: queue, discord: discord, clock: clock)
        try await bot.run(paints: false) {
            try await bot.generate("one", id: firstID)
            let second = try await bot.generate("two", id: firstID + 1)
            try await bot.eventually("the refusal") { try await bot.isDelivered(second) }
            #expect(bot.edits(second).last?.content?.hasPrefix("You already have a request waiting.") == true)
        }
    }

    @Test func `when the storage fails, that is said instead of a promise`() async throws {
        let database = try Database(.sqliteMemory, schemas: [SQLJobQueue.schema], at: clock.now())
        let bot = TestBot(jobs: SQLJobQueue(database), discord: discord, clock: clock)
        let request = try await bot.generate("one", id: firstID)
        try await database.write { try $0.execute("DROP TABLE jobs") }
        let second = try await bot.generate("two", id: firstID + 1)
        #expect(bot.edits(second).last?.content?.hasPrefix("I cannot take requests at the moment: my storage does not work.") == true)
        try await bot.press(.cancel, of: request, id: firstID + 2)
        #expect(discord.calls.last?.route == "POST /webhooks/1/token-\(firstID + 2)")
    }

    @Test func `an answer stands, also where its request comes once more and the storage fails`() async throws {
        let database = try Database(.sqliteMemory, schemas: [SQLJobQueue.schema], at: clock.now())
        let bot = TestBot(jobs: SQLJobQueue(database), discord: discord, clock: clock)
        try await bot.run {
            let request = try await bot.generate("one", id: firstID)
            try await bot.eventually("the answer") { try await bot.isDelivered(request) }
        }
        let request = RequestID(firstID)
        let answer = try #require(bot.edits(request).last?.content)
        try await database.write { try $0.execute("DROP TABLE jobs") }
        try await bot.generate("one", id: firstID)
        #expect(bot.edits(request).last?.content == answer)
        #expect(discord.calls("GET /webhooks/1/token-\(firstID)/messages/@original").count == 1)
    }

    @Test func `a prompt that cannot be is refused to its author alone, and at once`() async throws {
        let bot = bot()
        try await bot.generate("\u{0} \n", id: firstID)
        #expect(discord.calls.count == 1)
        #expect(discord.calls[0].kind == 4)
        guard case .object(let json) = discord.calls[0].json, case .object(let data)? = json["data"] else { return }
        #expect(data["flags"]?.integer == 64)
        #expect(data["content"]?.string?.contains("empty") == true)
    }
}

@Suite(.timeLimit(.minutes(10))) struct `The buttons under a painting` {
    private let discord = TinyDiscord()
    private let clock = ManualClock()
    private let jobs = MemoryJobQueue()

    private func bot(_ painter: PlainPainter = PlainPainter()) -> TestBot { TestBot([painter], jobs: jobs, discord: discord, clock: clock) }

    @Test func `a number posts that picture, however often it is pressed`() async throws {
        let bot = bot()
        try await bot.run {
            let request = try await bot.generate("circle", id: firstID, seed: 7)
            try await bot.eventually("the answer") { try await bot.isDelivered(request) }
            for press in UInt64(1)...2 {
                let single = try await bot.press(.picture, of: request, index: 1, id: firstID + press, user: 9)
                try await bot.eventually("the picture") { try await bot.isDelivered(single) }
                #expect(bot.edits(single).map(\.content) == ["Picture 2 of **circle**\nseed `8` · model `plain`"])
                #expect(bot.edits(single)[0].hasFiles)
            }
        }
    }

    @Test func `Again paints the same with another seed, for whoever pressed`() async throws {
        let painter = PlainPainter()
        let bot = bot(painter)
        try await bot.run {
            let request = try await bot.generate("circle", id: firstID, seed: 7)
            try await bot.eventually("the answer") { try await bot.isDelivered(request) }
            let again = try await bot.press(.again, of: request, id: firstID + 1, user: 9)
            try await bot.eventually("the answer") { try await bot.isDelivered(again) }
            #expect(painter.requests.map(\.prompt) == ["circle", "circle"])
            #expect(painter.requests[1].seed != 7)
            #expect(await jobs.job(again)?.user == "9")
        }
    }

    @Test func `Cancel ends what waits, and the message says so`() async throws {
        let bot = bot()
        try await bot.run(paints: false) {
            let request = try await bot.generate("circle", id: firstID)
            try await bot.press(.cancel, of: request, id: firstID + 1)
            try await bot.eventually("the answer") { try await bot.isDelivered(request) }
            #expect(bot.edits(request).last?.content == "Cancelled.\n> circle")
            #expect(discord.calls("POST /interactions/\(firstID + 1)").first?.kind == 6)
        }
    }

    @Test func `Cancel stops what is being painted`() async throws {
        let bot = bot(PlainPainter(.init(gate: Gate())))
        try await bot.run {
            let request = try await bot.generate("circle", id: firstID)
            try await bot.eventually("painting") { await jobs.job(request)?.state == .running }
            try await bot.press(.cancel, of: request, id: firstID + 1)
            try await bot.eventually("the answer") { try await bot.isDelivered(request) }
            #expect(bot.edits(request).last?.content == "Cancelled.\n> circle")
        }
    }

    @Test func `only the owner can cancel; others are told so alone`() async throws {
        let bot = bot()
        let request = try await bot.generate("circle", id: firstID)
        try await bot.press(.cancel, of: request, id: firstID + 1, user: 9)
        #expect(await jobs.job(request)?.state == .available)
        let call = try #require(discord.calls.last)
        #expect(call.kind == 4)
        guard case .object(let json) = call.json, case .object(let data)? = json["data"] else { return }
        #expect(data["content"]?.string == "Only the person who asked for this can cancel it." && data["flags"]?.integer == 64)
    }

    @Test func `to cancel what is done comes too late, and is told to the owner alone`() async throws {
        let bot = bot()
        try await bot.run {
            let request = try await bot.generate("circle", id: firstID)
            try await bot.eventually("the answer") { try await bot.isDelivered(request) }
            try await bot.press(.cancel, of: request, id: firstID + 1)
            #expect(discord.calls.last?.route == "POST /webhooks/1/token-\(firstID + 1)")
            #expect(discord.calls.last?.content == "Too late: this one is done already.")
        }
    }

    @Test func `a button that we did not make does nothing`() async throws {
        let bot = bot()
        try await bot.press("t1AAAA", id: firstID)
        #expect(discord.calls.count == 1 && discord.calls[0].kind == 4)
    }

    @Test func `a picture that is no longer kept is painted again from its seed`() async throws {
        let painter = PlainPainter()
        let bot = bot(painter)
        try await bot.run {
            let request = try await bot.generate("circle", id: firstID, seed: 7)
            try await bot.eventually("the answer") { try await bot.isDelivered(request) }
            clock.advance(by: .seconds(200 * 86_400))
            _ = await jobs.clean(keeping: JobRetention(), at: clock.now(), limit: 1_000)
            let single = try await bot.press(.picture, of: request, index: 2, id: firstID + 1)
            try await bot.eventually("the picture") { try await bot.isDelivered(single) }
            #expect(painter.requests.last?.count == 1 && painter.requests.last?.seed == 9)
        }
    }

    @Test func `a button of a request that nobody remembers says so`() async throws {
        let bot = bot()
        try await bot.run {
            let press = try await bot.press(.again, of: RequestID(5), id: firstID)
            try await bot.eventually("the answer") { try await bot.isDelivered(press) }
            #expect(bot.edits(press).last?.content?.hasPrefix("I no longer have this picture") == true)
        }
    }
}
