import Jobs
import Support
import Testing

@Suite("The life of a job, with every driver")
struct LifeTests {
    let failure = JobFailure(code: "model-unavailable", message: "connection refused", userMessage: "The painter is asleep.")

    @Test("a claimed job is nobody else's, and completing it writes its answer once", arguments: Driver.allCases)
    func complete(_ driver: Driver) async throws {
        let bench = try Bench(driver)
        try await bench.enqueue(painting(1))
        let claimed = try #require(await bench.claim("anna", at: 2))
        #expect(claimed.job.state == .running && claimed.job.attempt == 1 && claimed.lease.fence == 1)
        #expect(claimed.job.worker == "anna" && claimed.job.leaseExpiresAt == bench.at(32))
        #expect(try await bench.claim("ben") == nil)
        let done = try await bench.queue.settle(claimed.lease, as: .completed, at: bench.at(4), answer: stateAnswer)
        #expect(done.state == .completed && done.progress == 1 && done.finishedAt == bench.at(4) && done.worker == nil)
        #expect(try await bench.queue.job(RequestID(1)) == done)
        // The reply got lost and the worker says it again.
        #expect(try await bench.queue.settle(claimed.lease, as: .completed, at: bench.at(5), answer: stateAnswer) == done)
        let deliveries = try await bench.queue.deliveries(of: RequestID(1))
        #expect(deliveries.map(\.payload.text) == ["completed"])
        #expect(try await bench.queue.recentDurations(queue: "painter", limit: 5) == [.seconds(2)])
    }

    @Test("a late worker's writes are refused once somebody else has the job", arguments: Driver.allCases)
    func fence(_ driver: Driver) async throws {
        let bench = try Bench(driver)
        try await bench.enqueue(painting(1))
        let late = try #require(await bench.claim("late", lease: .seconds(10)))
        #expect(try await bench.queue.rescue(at: bench.at(9), limit: 5, answer: stateAnswer).isEmpty)
        let rescued = try await bench.queue.rescue(at: bench.at(10), limit: 5, answer: stateAnswer)
        #expect(rescued.map(\.state) == [.available] && rescued[0].failures.map(\.code) == ["lease-lost"])
        // Lost, even before somebody else has it.
        await #expect(throws: JobQueueError.self) {
            try await bench.queue.settle(late.lease, as: .completed, at: bench.at(11), answer: stateAnswer)
        }
        // The same process claims it again: the old lease still is not the new one.
        let next = try #require(await bench.claim("late", at: 12))
        #expect(next.lease.fence == 2 && next.job.attempt == 2)
        let attempts: [@Sendable () async throws -> Void] = [
            { _ = try await bench.queue.renew(late.lease, for: .seconds(9), at: bench.at(12)) },
            { try await bench.queue.report(progress: 0.5, under: late.lease, at: bench.at(12)) },
            { _ = try await bench.queue.record(JobOutput(summary: .empty), under: late.lease, at: bench.at(12)) },
            { _ = try await bench.queue.settle(late.lease, as: .completed, at: bench.at(12), answer: stateAnswer) },
            { _ = try await bench.queue.settle(late.lease, as: .handedBack, at: bench.at(12), answer: stateAnswer) },
        ]
        for attempt in attempts {
            let error = await #expect(throws: JobQueueError.self) { try await attempt() }
            #expect(error?.code == .staleLease)
        }
        #expect(try await bench.queue.output(of: RequestID(1)) == nil)
        #expect(try await bench.queue.job(RequestID(1)) == next.job)
        _ = try await bench.queue.settle(next.lease, as: .completed, at: bench.at(13), answer: stateAnswer)
        #expect(try await bench.queue.deliveries(of: RequestID(1)).count == 1)
    }

    @Test("a renewed lease lasts, and renewing never shortens it", arguments: Driver.allCases)
    func renew(_ driver: Driver) async throws {
        let bench = try Bench(driver)
        try await bench.enqueue(painting(1))
        let claimed = try #require(await bench.claim(lease: .seconds(30)))
        let renewed = try await bench.queue.renew(claimed.lease, for: .seconds(30), at: bench.at(10))
        #expect(renewed.lease.expiresAt == bench.at(40) && !renewed.cancelRequested)
        let again = try await bench.queue.renew(renewed.lease, for: .seconds(1), at: bench.at(11))
        #expect(again.lease.expiresAt == bench.at(40))
        #expect(try await bench.queue.rescue(at: bench.at(39), limit: 5, answer: noAnswer).isEmpty)
        _ = try await bench.queue.settle(again.lease, as: .completed, at: bench.at(45), answer: noAnswer)
    }

    @Test("a failed job is tried again at its time, keeps its failures, and is given up with an answer", arguments: Driver.allCases)
    func retry(_ driver: Driver) async throws {
        let bench = try Bench(driver)
        try await bench.enqueue(painting(1, maxAttempts: 3))
        for attempt in 1...3 {
            let hour = Double(attempt) * 100
            let claimed = try #require(await bench.claim(at: hour))
            let job = try await bench.queue.settle(
                claimed.lease, as: .failed(failure, retryAt: bench.at(hour + 50)), at: bench.at(hour + 1), answer: stateAnswer)
            #expect(job.attempt == attempt && job.failures.count == attempt && job.failures.last?.attempt == attempt)
            guard attempt < 3 else {
                #expect(job.state == .discarded && job.finishedAt == bench.at(hour + 1))
                break
            }
            #expect(job.state == .retryable && job.scheduledAt == bench.at(hour + 50))
            #expect(try await bench.queue.promote(at: bench.at(hour + 49), limit: 9) == 0)
            #expect(try await bench.claim(at: hour + 60) == nil)
            #expect(try await bench.queue.deliveries(of: RequestID(1)).isEmpty)
            #expect(try await bench.queue.promote(at: bench.at(hour + 50), limit: 9) == 1)
        }
        #expect(try await bench.queue.deliveries(of: RequestID(1)).map(\.payload.text) == ["discarded"])
        #expect(try await bench.queue.job(RequestID(1))?.failures.last?.userMessage == "The painter is asleep.")
    }

    @Test("a failure that makes no sense to repeat is final at once", arguments: Driver.allCases)
    func discard(_ driver: Driver) async throws {
        let bench = try Bench(driver)
        try await bench.enqueue(painting(1))
        let claimed = try #require(await bench.claim())
        let job = try await bench.queue.settle(claimed.lease, as: .failed(failure, retryAt: nil), at: bench.at(1), answer: stateAnswer)
        #expect(job.state == .discarded)
        #expect(try await bench.queue.deliveries(of: RequestID(1)).map(\.payload.text) == ["discarded"])
    }

    @Test("a worker killed again and again costs its job in the end, with an answer", arguments: Driver.allCases)
    func crashLoop(_ driver: Driver) async throws {
        let bench = try Bench(driver)
        try await bench.enqueue(painting(1, maxAttempts: 2))
        _ = try #require(await bench.claim(at: 0))
        #expect(try await bench.queue.rescue(at: bench.at(30), limit: 5, answer: stateAnswer).map(\.state) == [.available])
        _ = try #require(await bench.claim(at: 40))
        #expect(try await bench.queue.rescue(at: bench.at(70), limit: 5, answer: stateAnswer).map(\.state) == [.discarded])
        #expect(try await bench.queue.deliveries(of: RequestID(1)).map(\.payload.text) == ["discarded"])
    }

    @Test("a snooze and a hand-back cost no attempt", arguments: Driver.allCases)
    func snooze(_ driver: Driver) async throws {
        let bench = try Bench(driver)
        try await bench.enqueue(painting(1, maxAttempts: 1))
        let first = try #require(await bench.claim())
        let snoozed = try await bench.queue.settle(first.lease, as: .snoozed(until: bench.at(20)), at: bench.at(1), answer: stateAnswer)
        #expect(snoozed.state == .scheduled && snoozed.attempt == 0)
        #expect(try await bench.queue.promote(at: bench.at(20), limit: 5) == 1)
        let second = try #require(await bench.claim(at: 21))
        let back = try await bench.queue.settle(second.lease, as: .handedBack, at: bench.at(22), answer: stateAnswer)
        #expect(back.state == .available && back.attempt == 0)
        let third = try #require(await bench.claim(at: 23))
        #expect(third.lease.fence == 3)
        _ = try await bench.queue.settle(third.lease, as: .completed, at: bench.at(24), answer: stateAnswer)
        #expect(try await bench.queue.deliveries(of: RequestID(1)).map(\.payload.text) == ["completed"])
    }

    @Test("a waiting job is cancelled at once, with an answer, and only once", arguments: Driver.allCases)
    func cancelWaiting(_ driver: Driver) async throws {
        let bench = try Bench(driver)
        try await bench.enqueue(painting(1))
        guard case .cancelled(let job) = try await bench.queue.cancel(RequestID(1), at: bench.at(1), answer: stateAnswer) else {
            Issue.record("it was not cancelled")
            return
        }
        #expect(job.state == .cancelled)
        #expect(try await bench.queue.cancel(RequestID(1), at: bench.at(2), answer: stateAnswer) == .alreadyFinished(job))
        #expect(try await bench.claim(at: 3) == nil)
        #expect(try await bench.queue.deliveries(of: RequestID(1)).map(\.payload.text) == ["cancelled"])
        #expect(try await bench.queue.cancel(RequestID(2), at: bench.at(2), answer: stateAnswer) == .unknown)
    }

    @Test("a running job's worker hears of the cancellation and ends it", arguments: Driver.allCases)
    func cancelRunning(_ driver: Driver) async throws {
        let bench = try Bench(driver)
        try await bench.enqueue(painting(1))
        let signals = bench.queue.signals.listen()
        let claimed = try #require(await bench.claim("anna"))
        guard case .requested = try await bench.queue.cancel(RequestID(1), at: bench.at(1), answer: stateAnswer) else {
            Issue.record("no wish to stop was noted")
            return
        }
        guard case .alreadyRequested = try await bench.queue.cancel(RequestID(1), at: bench.at(2), answer: stateAnswer) else {
            Issue.record("the second wish was taken for a first one")
            return
        }
        #expect(try await bench.queue.cancelRequests(worker: "anna") == [RequestID(1)])
        #expect(try await bench.queue.cancelRequests(worker: "ben").isEmpty)
        #expect(try await bench.queue.renew(claimed.lease, for: .seconds(9), at: bench.at(3)).cancelRequested)
        for await signal in signals where signal == .cancelRequested(RequestID(1)) { break }
        #expect(try await bench.queue.deliveries(of: RequestID(1)).isEmpty)
        let job = try await bench.queue.settle(claimed.lease, as: .cancelled, at: bench.at(4), answer: stateAnswer)
        #expect(job.state == .cancelled)
        #expect(try await bench.queue.deliveries(of: RequestID(1)).map(\.payload.text) == ["cancelled"])
    }

    @Test("a job that was to be cancelled does not come back by failing, snoozing or dying", arguments: Driver.allCases, [0, 1, 2, 3])
    func cancelWins(_ driver: Driver, _ way: Int) async throws {
        let bench = try Bench(driver)
        try await bench.enqueue(painting(1))
        let claimed = try #require(await bench.claim())
        _ = try await bench.queue.cancel(RequestID(1), at: bench.at(1), answer: stateAnswer)
        let outcomes: [JobOutcome] = [.failed(failure, retryAt: bench.at(9)), .snoozed(until: bench.at(9)), .handedBack]
        if way < 3 {
            _ = try await bench.queue.settle(claimed.lease, as: outcomes[way], at: bench.at(2), answer: stateAnswer)
        } else {
            _ = try await bench.queue.rescue(at: bench.at(60), limit: 1, answer: stateAnswer)
        }
        #expect(try await bench.queue.job(RequestID(1))?.state == .cancelled)
        #expect(try await bench.queue.deliveries(of: RequestID(1)).map(\.payload.text) == ["cancelled"])
    }

    @Test("a waiting job past its deadline is not run but answered", arguments: Driver.allCases)
    func deadline(_ driver: Driver) async throws {
        let bench = try Bench(driver)
        try await bench.enqueue(painting(1, deadline: bench.at(10)))
        try await bench.enqueue(painting(2, scheduledAt: bench.at(50), deadline: bench.at(40)))
        try await bench.enqueue(painting(3, deadline: bench.at(90)))
        #expect(try await bench.queue.expire(at: bench.at(9), limit: 5, answer: stateAnswer).isEmpty)
        #expect(try await bench.claim(at: 10)?.job.requestID == RequestID(3))
        let expired = try await bench.queue.expire(at: bench.at(45), limit: 5, answer: stateAnswer)
        #expect(expired.map(\.requestID.rawValue) == [1, 2] && expired.allSatisfy { $0.state == .discarded })
        #expect(expired[0].failures.map(\.code) == ["deadline-passed"])
        #expect(try await bench.queue.deliveries(of: RequestID(2)).map(\.payload.text) == ["discarded"])
        #expect(try await bench.queue.depths().first?.waiting == 0)
    }

    @Test("no retry is planned beyond the deadline", arguments: Driver.allCases)
    func retryBeyondDeadline(_ driver: Driver) async throws {
        let bench = try Bench(driver)
        try await bench.enqueue(painting(1, deadline: bench.at(10)))
        let claimed = try #require(await bench.claim())
        let job = try await bench.queue.settle(
            claimed.lease, as: .failed(failure, retryAt: bench.at(10)), at: bench.at(2), answer: stateAnswer)
        #expect(job.state == .discarded)
    }

    @Test("progress grows, never falls, and is told to listeners", arguments: Driver.allCases)
    func progress(_ driver: Driver) async throws {
        let bench = try Bench(driver)
        try await bench.enqueue(painting(1, cost: 4))
        let claimed = try #require(await bench.claim())
        let signals = bench.queue.signals.listen()
        for fraction in [0.25, 0.5, 0.4, 7.0] { try await bench.queue.report(progress: fraction, under: claimed.lease, at: bench.at(1)) }
        var heard: [JobSignal] = []
        for await signal in signals {
            heard.append(signal)
            if heard.count == 3 { break }
        }
        #expect(heard == [0.25, 0.5, 1].map { .progressed(RequestID(1), $0) })
        #expect(try await bench.queue.job(RequestID(1))?.progress == 1)
    }

    @Test("a recorded output is found by the next attempt and years later, file by file", arguments: Driver.allCases)
    func output(_ driver: Driver) async throws {
        let bench = try Bench(driver)
        try await bench.enqueue(painting(1))
        let first = try #require(await bench.claim())
        let output = JobOutput(
            summary: JobPayload(bytes: Array("{\"seed\":7}".utf8)),
            files: (1...4).map { OutputFile(name: "\($0).png", contentType: "image/png", bytes: Array(repeating: UInt8($0), count: 5_000)) }
        )
        #expect(try await bench.queue.record(output, under: first.lease, at: bench.at(1)) == output)
        _ = try await bench.queue.rescue(at: bench.at(60), limit: 1, answer: noAnswer)
        let second = try #require(await bench.claim(at: 61))
        #expect(try await bench.queue.output(of: RequestID(1)) == output)
        let other = JobOutput(summary: .empty)
        #expect(try await bench.queue.record(other, under: second.lease, at: bench.at(62)) == output)
        _ = try await bench.queue.settle(second.lease, as: .completed, at: bench.at(63), answer: noAnswer)
        #expect(try await bench.queue.outputFile(of: RequestID(1), named: "3.png") == output.files[2])
        #expect(try await bench.queue.outputFile(of: RequestID(1), named: "5.png") == nil)
        #expect(try await bench.queue.outputFile(of: RequestID(2), named: "3.png") == nil)
    }

    @Test("an output beyond its bounds is refused and nothing of it kept", arguments: Driver.allCases)
    func outputBounds(_ driver: Driver) async throws {
        let bench = try Bench(driver)
        try await bench.enqueue(painting(1))
        let claimed = try #require(await bench.claim())
        let big = OutputFile(name: "a", contentType: "image/png", bytes: Array(repeating: 0, count: JobOutput.limit / 2 + 1))
        var bigger = big
        bigger.name = "b"
        let twice = [OutputFile(name: "a", contentType: "x", bytes: [1]), OutputFile(name: "a", contentType: "x", bytes: [2])]
        for files in [[big, bigger], twice] {
            let error = await #expect(throws: JobQueueError.self) {
                try await bench.queue.record(JobOutput(summary: .empty, files: files), under: claimed.lease, at: bench.at(1))
            }
            #expect(error?.code == .outputTooLarge)
        }
        #expect(try await bench.queue.output(of: RequestID(1)) == nil)
    }

    @Test("the cleaner keeps what retention says, and no open job", arguments: Driver.allCases)
    func clean(_ driver: Driver) async throws {
        let bench = try Bench(driver)
        for id in 1...3 {
            try await bench.enqueue(painting(UInt64(id)), at: Double(id))
            guard id < 3, let claimed = try await bench.claim(at: Double(id)) else { continue }
            _ = try await bench.queue.record(JobOutput(summary: .empty), under: claimed.lease, at: bench.at(Double(id)))
            _ = try await bench.queue.settle(claimed.lease, as: .completed, at: bench.at(Double(id) * 100), answer: stateAnswer)
        }
        let keepAll = JobRetention(jobs: nil, outputs: nil, deliveries: nil)
        _ = try await bench.queue.clean(keeping: keepAll, at: bench.at(99_999), limit: 100)
        #expect(try await bench.queue.job(RequestID(1)) != nil)
        let retention = JobRetention(jobs: .seconds(1_000), outputs: .seconds(500), deliveries: .seconds(1))
        _ = try await bench.queue.clean(keeping: retention, at: bench.at(601), limit: 100)
        #expect(try await bench.queue.output(of: RequestID(1)) == nil)
        #expect(try await bench.queue.job(RequestID(1)) != nil)
        #expect(try await bench.queue.deliveries(of: RequestID(1)).map(\.state) == [.waiting], "what was not said is not forgotten")
        _ = try await bench.queue.clean(keeping: retention, at: bench.at(1_150), limit: 100)
        #expect(try await bench.queue.job(RequestID(1)) == nil)
        #expect(try await bench.queue.job(RequestID(2)) != nil)
        #expect(try await bench.queue.clean(keeping: retention, at: bench.at(9_999_999), limit: 100) > 0)
        #expect(try await bench.queue.job(RequestID(2)) == nil)
        #expect(try await bench.drain(at: 9_999_999) == [3])
    }
}
