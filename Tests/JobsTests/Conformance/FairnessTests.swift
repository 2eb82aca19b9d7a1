import Jobs
import Support
import Testing

@Suite("The fair order, with every driver")
struct FairnessTests {
    let generous = JobLimits(waitingPerUser: 1_000, runningPerUser: 1_000)

    @Test("ten people asking for one picture do not wait behind one who asked for ninety", arguments: Driver.allCases)
    func tenAndNinety(_ driver: Driver) async throws {
        let bench = try Bench(driver, limits: generous)
        for id in 1...10 { try await bench.enqueue(painting(UInt64(id), user: "greedy", cost: 9)) }
        for id in 101...110 { try await bench.enqueue(painting(UInt64(id), user: "person \(id)", cost: 1)) }
        let order = try await bench.drain()
        #expect(order == Array(101...110) + Array(1...10))
    }

    @Test("people with the same wishes take turns", arguments: Driver.allCases)
    func turns(_ driver: Driver) async throws {
        let bench = try Bench(driver, limits: generous)
        for id in 1...3 { try await bench.enqueue(painting(UInt64(id), user: "ada")) }
        for id in 11...13 { try await bench.enqueue(painting(UInt64(id), user: "bob")) }
        for id in 21...23 { try await bench.enqueue(painting(UInt64(id), user: "cy")) }
        #expect(try await bench.drain() == [1, 11, 21, 2, 12, 22, 3, 13, 23])
    }

    @Test("twice the weight gives twice the turns", arguments: Driver.allCases)
    func weights(_ driver: Driver) async throws {
        let bench = try Bench(driver, limits: generous)
        for id in 1...12 { try await bench.enqueue(painting(UInt64(id), user: "patron", weight: 200)) }
        for id in 101...112 { try await bench.enqueue(painting(UInt64(id), user: "guest")) }
        let firstNine = try await bench.drain().prefix(9)
        #expect(firstNine.count { $0 < 100 } == 6)
    }

    @Test("who comes late does not pay for the past, and does not profit from it", arguments: Driver.allCases)
    func late(_ driver: Driver) async throws {
        let bench = try Bench(driver, limits: generous)
        for id in 1...6 { try await bench.enqueue(painting(UInt64(id), user: "ada")) }
        for _ in 1...3 { _ = try #require(await bench.claim()) }
        for id in 11...13 { try await bench.enqueue(painting(UInt64(id), user: "bob")) }
        #expect(try await bench.drain() == [4, 11, 5, 12, 6, 13])
    }

    @Test("among people whose turn it is, guilds alternate", arguments: Driver.allCases)
    func guilds(_ driver: Driver) async throws {
        let bench = try Bench(driver, limits: generous)
        for id in 1...6 { try await bench.enqueue(painting(UInt64(id), user: "crowd \(id)", guild: "large")) }
        for id in 11...12 { try await bench.enqueue(painting(UInt64(id), user: "few \(id)", guild: "small")) }
        #expect(try await bench.drain() == [1, 11, 2, 12, 3, 4, 5, 6])
    }

    @Test("a higher priority goes first", arguments: Driver.allCases)
    func priority(_ driver: Driver) async throws {
        let bench = try Bench(driver, limits: generous)
        try await bench.enqueue(painting(1))
        try await bench.enqueue(painting(2, user: "bob", priority: -1))
        try await bench.enqueue(painting(3, user: "cy", cost: 9, priority: 5))
        #expect(try await bench.drain() == [3, 1, 2])
    }

    @Test("a person's jobs beyond the running cap wait without holding up others", arguments: Driver.allCases)
    func runningCap(_ driver: Driver) async throws {
        let bench = try Bench(driver, limits: JobLimits(waitingPerUser: 100, runningPerUser: 2))
        for id in 1...4 { try await bench.enqueue(painting(UInt64(id), user: "ada")) }
        try await bench.enqueue(painting(9, user: "bob", cost: 50))
        let claims = try await bench.queue.claim(JobClaim(queues: ["painter"], worker: "w", limit: 10), at: bench.start)
        #expect(claims.map(\.job.requestID.rawValue) == [1, 2, 9])
        _ = try await bench.queue.settle(claims[0].lease, as: .completed, at: bench.start, answer: noAnswer)
        #expect(try await bench.claim()?.job.requestID == RequestID(3))
    }

    @Test("of one series one job runs at a time, in order, even while an earlier one waits to retry", arguments: Driver.allCases)
    func series(_ driver: Driver) async throws {
        let bench = try Bench(driver, limits: generous)
        for id in 1...3 { try await bench.enqueue(painting(UInt64(id), user: "person \(id)", serialKey: "conversation")) }
        try await bench.enqueue(painting(4, user: "cy"))
        let first = try #require(await bench.claim())
        #expect(first.job.requestID == RequestID(1))
        #expect(try await bench.claim()?.job.requestID == RequestID(4))
        #expect(try await bench.claim() == nil)
        let failure = JobFailure(code: "x", message: "x")
        _ = try await bench.queue.settle(first.lease, as: .failed(failure, retryAt: bench.at(10)), at: bench.start, answer: noAnswer)
        #expect(try await bench.claim() == nil)
        #expect(try await bench.queue.promote(at: bench.at(10), limit: 10) == 1)
        #expect(try await bench.drain(at: 10) == [1, 2, 3])
    }

    @Test("the position is the number of jobs that go first, and counts down", arguments: Driver.allCases)
    func position(_ driver: Driver) async throws {
        let bench = try Bench(driver, limits: generous)
        for id in 1...5 { try await bench.enqueue(painting(UInt64(id), user: "ada", cost: 2)) }
        for id in 11...12 { try await bench.enqueue(painting(UInt64(id), user: "bob")) }
        var expected = [11, 1, 12, 2, 3, 4, 5].map { RequestID(UInt64($0)) }
        while !expected.isEmpty {
            for (index, id) in expected.enumerated() {
                let place = try #require(await bench.queue.place(of: id))
                #expect(place.jobsAhead == index && place.position == index + 1)
            }
            let claimed = try #require(await bench.claim())
            #expect(claimed.job.requestID == expected.removeFirst())
            #expect(try await bench.queue.place(of: claimed.job.requestID)?.position == 0)
        }
        #expect(try await bench.queue.place(of: RequestID(99)) == nil)
    }

    @Test("who cancels and asks again is not put behind their own cancelled wish", arguments: Driver.allCases)
    func cancelledShare(_ driver: Driver) async throws {
        let bench = try Bench(driver, limits: generous)
        try await bench.enqueue(painting(1, user: "ada", cost: 9))
        try await bench.enqueue(painting(2, user: "bob", cost: 2))
        _ = try await bench.queue.cancel(RequestID(1), at: bench.start, answer: noAnswer)
        try await bench.enqueue(painting(3, user: "ada", cost: 1))
        #expect(try await bench.drain() == [3, 2])
    }

    @Test("between queues the one who waits longest goes first", arguments: Driver.allCases)
    func queues(_ driver: Driver) async throws {
        let bench = try Bench(driver, limits: generous)
        for id in 1...4 {
            var job = painting(UInt64(id), user: "person \(id)")
            job.queue = id.isMultiple(of: 2) ? "sketcher" : "painter"
            try await bench.enqueue(job)
        }
        let claim = JobClaim(queues: ["painter", "sketcher", "nobody"], worker: "w", limit: 9)
        #expect(try await bench.queue.claim(claim, at: bench.start).map(\.job.requestID.rawValue) == [1, 2, 3, 4])
    }
}
