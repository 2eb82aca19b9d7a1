import Jobs
import Support
import Testing

@Suite("Enqueueing, with every driver")
struct EnqueueTests {
    @Test("a request is accepted once, and a repeat finds its job", arguments: Driver.allCases)
    func once(_ driver: Driver) async throws {
        let bench = try Bench(driver)
        guard case .enqueued(let first) = try await bench.queue.enqueue(painting(7, user: "ada", cost: 4), at: bench.at(0)) else {
            Issue.record("the first was not accepted")
            return
        }
        #expect(first.state == .available && first.cost == 4 && first.user == "ada" && first.createdAt == bench.start)
        #expect(try await bench.queue.enqueue(painting(7, user: "eve", cost: 9), at: bench.at(5)) == .existing(first))
        #expect(try await bench.queue.job(RequestID(7)) == first)
        #expect(try await bench.drain() == [7])
        guard case .existing(let done) = try await bench.queue.enqueue(painting(7), at: bench.at(9)) else {
            Issue.record("a finished request was accepted again")
            return
        }
        #expect(done.state == .completed)
        #expect(try await bench.drain().isEmpty)
    }

    @Test("a person with too many waiting requests is refused with a reason, and others are not", arguments: Driver.allCases)
    func waitingCap(_ driver: Driver) async throws {
        let bench = try Bench(driver, limits: JobLimits(waitingPerUser: 2))
        try await bench.enqueue(painting(1))
        try await bench.enqueue(painting(2, scheduledAt: bench.at(60)))
        let refused = try await bench.queue.enqueue(painting(3), at: bench.start)
        #expect(refused == .refused(.tooManyWaiting(limit: 2)))
        #expect(try await bench.queue.job(RequestID(3)) == nil)
        try await bench.enqueue(painting(4, user: "bob"))
        try await bench.enqueue(painting(5, user: nil))
        _ = try #require(await bench.claim())
        try await bench.enqueue(painting(6))
    }

    @Test("a full queue refuses, and another queue still accepts", arguments: Driver.allCases)
    func full(_ driver: Driver) async throws {
        let bench = try Bench(driver, limits: JobLimits(waitingPerUser: 100, waitingPerQueue: 3))
        for id in 1...3 { try await bench.enqueue(painting(UInt64(id))) }
        #expect(try await bench.queue.enqueue(painting(4), at: bench.start) == .refused(.queueFull(limit: 3)))
        var other = painting(5)
        other.queue = "sketcher"
        try await bench.enqueue(other)
        _ = try await bench.queue.cancel(RequestID(2), at: bench.start, answer: noAnswer)
        try await bench.enqueue(painting(6))
    }

    @Test("what cannot be a job is refused with a sentence and without its content", arguments: Driver.allCases)
    func invalid(_ driver: Driver) async throws {
        let bench = try Bench(driver)
        var jobs = [painting(1, cost: 0), painting(2, weight: 0), painting(3, priority: 101), painting(4, maxAttempts: 0), painting(5)]
        jobs[4].arguments = JobPayload(bytes: Array(repeating: 0x41, count: JobPayload.limit + 1))
        for job in jobs {
            let error = await #expect(throws: JobQueueError.self) { try await bench.queue.enqueue(job, at: bench.start) }
            #expect(error?.code == .invalidJob && error?.description.contains("AAAA") == false)
        }
        #expect(try await bench.queue.depths().allSatisfy { $0.waiting == 0 })
    }

    @Test("a job never prints its arguments", arguments: Driver.allCases)
    func redacted(_ driver: Driver) async throws {
        let job = try await Bench(driver).enqueue(painting(1))
        var dumped = ""
        dump(job, to: &dumped)
        #expect(!"\(job) \(dumped) \(String(reflecting: job))".contains("circles"))
    }

    @Test("depths tell what waits and runs in each queue", arguments: Driver.allCases)
    func depths(_ driver: Driver) async throws {
        let bench = try Bench(driver)
        for id in 1...4 { try await bench.enqueue(painting(UInt64(id)), at: Double(id)) }
        _ = try #require(await bench.claim(at: 5))
        let depth = try #require(await bench.queue.depths().first)
        #expect(depth.queue == "painter" && depth.waiting == 3 && depth.running == 1 && depth.oldestAvailable == bench.at(2))
    }
}
