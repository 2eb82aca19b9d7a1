import Jobs
import Support
import Testing

@Suite("Many at once, with every driver")
struct ConcurrencyTests {
    @Test("each job is claimed by exactly one of many claimers, from several processes' connections too", arguments: Driver.allCases)
    func claimers(_ driver: Driver) async throws {
        let bench = try Bench(driver, limits: JobLimits(waitingPerUser: 1_000, runningPerUser: 1_000))
        for id in 1...300 { try await bench.enqueue(painting(UInt64(id), user: "person \(id % 7)")) }
        // Another connection to the same file stands for another process.
        let others = try bench.secondConnection().map { [$0] } ?? []
        let queues = [bench.queue] + others
        let claimed = try await withThrowingTaskGroup(of: [RequestID].self) { group in
            for worker in 0..<8 {
                let queue = queues[worker % queues.count]
                group.addTask {
                    var seen: [RequestID] = []
                    while true {
                        let claim = JobClaim(queues: ["painter"], worker: "w\(worker)", limit: 2)
                        let claimed = try await queue.claim(claim, at: bench.at(1))
                        if claimed.isEmpty { return seen }
                        for job in claimed {
                            seen.append(job.job.requestID)
                            _ = try await queue.settle(job.lease, as: .completed, at: bench.at(2), answer: stateAnswer)
                        }
                    }
                }
            }
            return try await group.reduce([], +)
        }
        #expect(claimed.count == 300 && Set(claimed).count == 300)
        #expect(try await bench.broken() == [])
    }

    @Test("one request enqueued by many at once becomes one job", arguments: Driver.allCases)
    func enqueuers(_ driver: Driver) async throws {
        let bench = try Bench(driver, limits: JobLimits(waitingPerUser: 1_000))
        let queues = [bench.queue] + (try bench.secondConnection().map { [$0] } ?? [])
        let news = try await withThrowingTaskGroup(of: Int.self) { group in
            for index in 0..<200 {
                let queue = queues[index % queues.count]
                group.addTask {
                    guard case .enqueued = try await queue.enqueue(painting(UInt64(index % 20 + 1)), at: bench.start) else { return 0 }
                    return 1
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(news == 20)
        #expect(try await bench.drain().count == 20)
    }

    @Test("a cancellation and a completion at the same moment give one answer", arguments: Driver.allCases)
    func race(_ driver: Driver) async throws {
        let bench = try Bench(driver, limits: JobLimits(waitingPerUser: 1_000, runningPerUser: 1_000))
        for id in 1...60 {
            try await bench.enqueue(painting(UInt64(id)))
            async let cancel = bench.queue.cancel(RequestID(UInt64(id)), at: bench.at(1), answer: stateAnswer)
            if let claimed = try await bench.claim(at: 1) {
                _ = try await bench.queue.settle(claimed.lease, as: .completed, at: bench.at(2), answer: stateAnswer)
            }
            _ = try await cancel
            let job = try #require(await bench.queue.job(RequestID(UInt64(id))))
            #expect(job.state.isFinal)
            #expect(try await bench.queue.deliveries(of: job.requestID).map(\.payload.text) == [job.state.rawValue])
        }
    }
}
