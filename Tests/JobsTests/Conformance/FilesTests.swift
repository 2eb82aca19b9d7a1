import Jobs
import Support
import Testing

@Suite struct `Files of a job, with every driver` {
    private let picture = OutputFile(name: "start", contentType: "image/png", bytes: [1, 2, 3])

    private func job(_ id: UInt64 = 1, files: [OutputFile] = [], user: String? = nil) -> NewJob {
        var job = painting(id)
        job.files = files
        if let user { job.user = user }
        return job
    }

    @Test(arguments: Driver.allCases) func `what a job starts from is kept with it, the first time it is asked for`(_ driver: Driver)
        async throws
    {
        let bench = try Bench(driver)
        try await bench.enqueue(job(files: [picture]))
        try await bench.enqueue(job(files: []))
        #expect(try await bench.queue.startingFile(of: RequestID(1), named: "start") == picture)
        #expect(try await bench.queue.startingFile(of: RequestID(1), named: "other") == nil)
        #expect(try await bench.queue.startingFile(of: RequestID(2), named: "start") == nil)
    }

    @Test(arguments: Driver.allCases) func `more than fits is refused before anything is written`(_ driver: Driver) async throws {
        let bench = try Bench(driver)
        let large = OutputFile(name: "large", contentType: "image/png", bytes: [UInt8](repeating: 0, count: NewJob.fileBytes))
        for files in [[large, picture], [picture, picture], (0..<9).map { OutputFile(name: "\($0)", contentType: "x", bytes: []) }] {
            let error = await #expect(throws: JobQueueError.self) { try await bench.enqueue(job(files: files)) }
            #expect(error?.code == .invalidJob)
        }
        #expect(try await bench.queue.job(RequestID(1)) == nil)
    }

    @Test(arguments: Driver.allCases) func `it goes when the output goes, and not before the job has ended`(_ driver: Driver) async throws {
        let bench = try Bench(driver)
        try await bench.enqueue(job(files: [picture]))
        let retention = JobRetention(outputs: .seconds(100), deliveries: nil)
        _ = try await bench.queue.clean(keeping: retention, at: bench.at(1_000), limit: 100)
        #expect(try await bench.queue.startingFile(of: RequestID(1), named: "start") != nil)
        _ = try await bench.drain(at: 1_000)
        _ = try await bench.queue.clean(keeping: retention, at: bench.at(1_099), limit: 100)
        #expect(try await bench.queue.startingFile(of: RequestID(1), named: "start") != nil)
        _ = try await bench.queue.clean(keeping: retention, at: bench.at(1_100), limit: 100)
        #expect(try await bench.queue.startingFile(of: RequestID(1), named: "start") == nil)
        #expect(try await bench.queue.job(RequestID(1)) != nil)
    }

    @Test(arguments: Driver.allCases) func `a preview is the newest one, and gone when the attempt ends`(_ driver: Driver) async throws {
        let bench = try Bench(driver)
        try await bench.enqueue(job())
        let claimed = try #require(await bench.claim())
        var newer = picture
        newer.bytes = [4]
        try await bench.queue.report(progress: 0.5, preview: picture, under: claimed.lease, at: bench.at(1))
        try await bench.queue.report(progress: 0.4, preview: newer, under: claimed.lease, at: bench.at(2))
        try await bench.queue.report(progress: 0.6, under: claimed.lease, at: bench.at(3))
        #expect(try await bench.queue.preview(of: RequestID(1)) == newer)
        #expect(try await bench.queue.job(RequestID(1))?.progress == 0.6)
        let huge = OutputFile(name: "p", contentType: "image/png", bytes: [UInt8](repeating: 0, count: JobPayload.limit + 1))
        try await bench.queue.report(progress: 0.7, preview: huge, under: claimed.lease, at: bench.at(4))
        #expect(try await bench.queue.preview(of: RequestID(1)) == newer)
        _ = try await bench.queue.settle(claimed.lease, as: .handedBack, at: bench.at(5), answer: noAnswer)
        #expect(try await bench.queue.preview(of: RequestID(1)) == nil)
    }

    @Test(arguments: Driver.allCases) func `all jobs of a user are found, ended ones too, and nobody else's`(_ driver: Driver) async throws
    {
        let bench = try Bench(driver)
        for (id, user) in [(UInt64(1), "ada"), (2, "bob"), (3, "ada"), (4, "ada")] { try await bench.enqueue(job(id, user: user)) }
        let first = try #require(await bench.claim())
        _ = try await bench.queue.settle(first.lease, as: .completed, at: bench.start, answer: noAnswer)
        #expect(try await bench.queue.jobs(of: "ada", limit: 9).map(\.requestID.rawValue) == [4, 3, 1])
        #expect(try await bench.queue.jobs(of: "ada", limit: 2).map(\.requestID.rawValue) == [4, 3])
        #expect(try await bench.queue.jobs(of: "cleo", limit: 9).isEmpty)
    }

    @Test(arguments: Driver.allCases) func `what has ended and was answered can be erased, all of it`(_ driver: Driver) async throws {
        let bench = try Bench(driver)
        for id in UInt64(1)...3 { try await bench.enqueue(job(id, files: [picture])) }
        let first = try #require(await bench.claim())
        _ = try await bench.queue.record(JobOutput(summary: .empty, files: [picture]), under: first.lease, at: bench.start)
        _ = try await bench.queue.settle(first.lease, as: .completed, at: bench.start, answer: noAnswer)
        let second = try #require(await bench.claim())
        _ = try await bench.queue.settle(second.lease, as: .completed, at: bench.start, answer: stateAnswer)
        // The second's answer is still on its way, the third waits, the fourth never was.
        #expect(try await bench.queue.erase([1, 2, 3, 4].map { RequestID($0) }) == [RequestID(1)])
        #expect(try await bench.queue.job(RequestID(1)) == nil)
        #expect(try await bench.queue.output(of: RequestID(1)) == nil)
        #expect(try await bench.queue.startingFile(of: RequestID(1), named: "start") == nil)
        #expect(try await bench.queue.job(RequestID(2)) != nil)
        let delivery = try #require(
            try await bench.queue.claimDeliveries(worker: "d", lease: .seconds(9), limit: 1, at: bench.start).first)
        try await bench.queue.markDelivered(delivery.lease, receipt: "9", at: bench.start)
        #expect(try await bench.queue.erase([RequestID(2)]) == [RequestID(2)])
        #expect(try await bench.queue.deliveries(of: RequestID(2)).isEmpty)
    }

    @Test(arguments: Driver.allCases) func `a request may be refused at fewer waiting ones than the queue allows, never at more`(
        _ driver: Driver
    ) async throws {
        let bench = try Bench(driver, limits: JobLimits(waitingPerUser: 3))
        var job = painting(1)
        for (id, limit) in [(UInt64(1), 2), (2, 2), (3, 2), (4, 9), (5, 9)] {
            job.requestID = RequestID(id)
            job.waitingLimit = limit
            let result = try await bench.queue.enqueue(job, at: bench.start)
            switch id {
            case 3: #expect(result == .refused(.tooManyWaiting(limit: 2)))
            case 5: #expect(result == .refused(.tooManyWaiting(limit: 3)))
            default: #expect(try await bench.queue.job(RequestID(id)) != nil)
            }
        }
    }
}
