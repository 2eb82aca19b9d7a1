import Jobs
import PostgresTestServer
import ServiceLifecycleTestKit
import Support
import Testing

struct Asleep: UserFacingError, CustomStringConvertible {
    var userMessage: String { "The painter is asleep." }
    var description: String { "connection refused" }
}

@Suite("The processor, with every driver", .timeLimit(.minutes(10)))
struct JobProcessorTests {
    @Test("a request becomes a picture at once, without waiting for the next poll", arguments: Driver.allCases)
    func work(_ driver: Driver) async throws {
        let stage = try Stage(driver)
        let worker = ScriptedWorker { job, context in
            try await context.record(JobOutput(summary: .empty))
            return .completed(picture(job))
        }
        try await stage.run([stage.processor(worker)]) { _ in
            try await stage.wait { stage.clock.sleeperCount > 0 }
            try await stage.bench.enqueue(painting(1))
            try await stage.wait { try await stage.state(1) == .completed }
        }
        #expect(try await stage.answers(1) == ["picture"])
        #expect(worker.runs == 1)
    }

    @Test("work that fails is tried again with growing pauses, then given up with an answer", arguments: Driver.allCases)
    func retry(_ driver: Driver) async throws {
        let stage = try Stage(driver)
        let worker = ScriptedWorker { _, _ in throw Asleep() }
        let scheduler = UpkeepService.scheduler(stage.queue, clock: stage.clock, logger: stage.logger, answer: stateAnswer)
        try await stage.bench.enqueue(painting(1, maxAttempts: 3))
        try await stage.run([stage.processor(worker), scheduler]) { _ in
            try await stage.pass { try await stage.state(1) == .discarded }
        }
        #expect(worker.runs == 3)
        #expect(try await stage.answers(1) == ["discarded"])
        let failures = try #require(await stage.queue.job(RequestID(1))).failures
        #expect(failures.map(\.userMessage) == Array(repeating: "The painter is asleep.", count: 3))
        #expect(failures.map(\.message) == Array(repeating: "connection refused", count: 3))
        #expect(failures[1].at - failures[0].at >= .seconds(2) && failures[2].at - failures[1].at >= .seconds(4))
    }

    @Test("a failure that says so is not repeated", arguments: Driver.allCases)
    func never(_ driver: Driver) async throws {
        let stage = try Stage(driver)
        let worker = ScriptedWorker { _, _ in throw WorkFailure(JobFailure(code: "bad-prompt", message: "refused"), retry: .never) }
        try await stage.bench.enqueue(painting(1))
        try await stage.run([stage.processor(worker)]) { _ in try await stage.wait { try await stage.state(1) == .discarded } }
        #expect(worker.runs == 1)
        #expect(try await stage.queue.job(RequestID(1))?.failures.map(\.code) == ["bad-prompt"])
    }

    @Test("a cancelled job's worker is told at once, and its owner answered", arguments: Driver.allCases)
    func cancel(_ driver: Driver) async throws {
        let stage = try Stage(driver)
        let worker = ScriptedWorker { _, context in
            try await untilStopped(context)
            return .snoozed(.zero)
        }
        try await stage.bench.enqueue(painting(1))
        try await stage.run([stage.processor(worker)]) { _ in
            try await stage.wait { worker.now == 1 }
            _ = try await stage.queue.cancel(RequestID(1), at: stage.clock.now(), answer: stateAnswer)
            try await stage.wait { try await stage.state(1) == .cancelled }
        }
        #expect(try await stage.answers(1) == ["cancelled"])
    }

    @Test("a cancellation by another process is heard by polling")
    func cancelElsewhere() async throws {
        let stage = try Stage(.sqlite)
        let worker = ScriptedWorker { _, context in
            try await untilStopped(context)
            return .snoozed(.zero)
        }
        let elsewhere = try #require(try stage.bench.secondConnection())
        try await stage.bench.enqueue(painting(1))
        try await stage.run([stage.processor(worker)]) { _ in
            try await stage.wait { worker.now == 1 }
            _ = try await elsewhere.cancel(RequestID(1), at: stage.clock.now(), answer: stateAnswer)
            try await stage.pass { try await stage.state(1) == .cancelled }
        }
    }

    @Test("never more jobs at a time than allowed, and all get done", arguments: Driver.allCases)
    func concurrency(_ driver: Driver) async throws {
        let stage = try Stage(driver)
        let worker = ScriptedWorker { job, _ in
            for _ in 0..<50 { await Task.yield() }
            return .completed(picture(job))
        }
        for id in 1...20 { try await stage.bench.enqueue(painting(UInt64(id), user: "person \(id % 3)")) }
        try await stage.run([stage.processor(worker, concurrency: 3)]) { _ in
            try await stage.wait { try await stage.queue.depths().allSatisfy { $0.waiting == 0 && $0.running == 0 } }
        }
        #expect(worker.runs == 20 && worker.most <= 3 && worker.most >= 2)
    }

    @Test("long work keeps its lease: no rescuer takes it away", arguments: Driver.allCases)
    func longWork(_ driver: Driver) async throws {
        let stage = try Stage(driver)
        let gate = Gate()
        let worker = ScriptedWorker { job, _ in
            await gate.pass()
            return .completed(picture(job))
        }
        let rescuer = UpkeepService.rescuer(stage.queue, clock: stage.clock, logger: stage.logger, answer: stateAnswer)
        try await stage.bench.enqueue(painting(1))
        try await stage.run([stage.processor(worker, lease: .seconds(600)), rescuer], opening: gate) { _ in
            try await stage.wait { worker.now == 1 }
            for _ in 0..<5 {
                let before = try await stage.queue.job(RequestID(1))?.leaseExpiresAt
                stage.clock.advance(by: .seconds(200))
                try await stage.pass(.seconds(1)) { try await stage.queue.job(RequestID(1))?.leaseExpiresAt != before }
            }
            gate.open()
            try await stage.wait { try await stage.state(1) == .completed }
        }
        #expect(worker.runs == 1)
        #expect(try await stage.queue.job(RequestID(1))?.attempt == 1)
    }

    @Test("a worker frozen beyond its lease is told to stop, and what it made is dropped", arguments: Driver.allCases)
    func leaseLost(_ driver: Driver) async throws {
        let stage = try Stage(driver)
        let gate = Gate()
        let worker = ScriptedWorker { job, context in
            guard job.attempt == 1 else { return .completed(picture(job)) }
            await gate.pass()
            return .completed([NewDelivery(requestID: job.requestID, payload: JobPayload(bytes: Array("late".utf8)))])
        }
        try await stage.bench.enqueue(painting(1))
        try await stage.run([stage.processor(worker, concurrency: 2, lease: .seconds(30))], opening: gate) { _ in
            try await stage.wait { worker.now == 1 }
            // The process was frozen: its clock jumps, and another process' rescuer was quicker than its renewal.
            _ = try await stage.queue.rescue(at: stage.bench.at(31), limit: 9, answer: stateAnswer)
            stage.clock.advance(by: .seconds(31))
            try await stage.wait { try await stage.state(1) == .completed }
            gate.open()
            try await stage.wait { worker.now == 0 }
        }
        #expect(worker.runs == 2)
        #expect(try await stage.answers(1) == ["picture"])
    }

    @Test("on shutdown nothing new is begun and what runs is finished", arguments: Driver.allCases)
    func shutdown(_ driver: Driver) async throws {
        let stage = try Stage(driver)
        let gate = Gate()
        let worker = ScriptedWorker { job, _ in
            await gate.pass()
            return .completed(picture(job))
        }
        for id in 1...2 { try await stage.bench.enqueue(painting(UInt64(id))) }
        try await stage.run([stage.processor(worker)], opening: gate) { trigger in
            try await stage.wait { worker.now == 1 }
            trigger.triggerGracefulShutdown()
            await stage.settleDown()
            gate.open()
        }
        #expect(try await stage.state(1) == .completed)
        #expect(try await stage.state(2) == .available)
        #expect(worker.runs == 1)
    }

    @Test("after the grace the rest is handed back without costing an attempt", arguments: Driver.allCases)
    func grace(_ driver: Driver) async throws {
        let stage = try Stage(driver)
        let worker = ScriptedWorker { _, context in
            try await untilStopped(context)
            return .snoozed(.zero)
        }
        try await stage.bench.enqueue(painting(1))
        try await stage.run([stage.processor(worker, grace: .seconds(5))]) { trigger in
            try await stage.wait { worker.now == 1 }
            trigger.triggerGracefulShutdown()
            try await stage.pass { worker.now == 0 }
        }
        let job = try #require(await stage.queue.job(RequestID(1)))
        #expect(job.state == .available && job.attempt == 0 && job.failures.isEmpty)
    }

    @Test("a second Ctrl-C hands the job back at once", arguments: Driver.allCases)
    func hardStop(_ driver: Driver) async throws {
        let stage = try Stage(driver)
        let worker = ScriptedWorker { _, context in
            try await untilStopped(context)
            return .snoozed(.zero)
        }
        try await stage.bench.enqueue(painting(1))
        let processor = stage.processor(worker)
        let task = Task { await processor.run() }
        try await stage.wait { worker.now == 1 }
        task.cancel()
        await task.value
        #expect(try await stage.state(1) == .available)
    }

    @Test("work done before a crash is found, and the model does not run twice", arguments: Driver.allCases)
    func recorded(_ driver: Driver) async throws {
        let stage = try Stage(driver)
        try await stage.bench.enqueue(painting(1))
        let dead = try #require(await stage.bench.claim("dead"))
        let file = OutputFile(name: "1.png", contentType: "image/png", bytes: [1, 2, 3])
        _ = try await stage.queue.record(JobOutput(summary: .empty, files: [file]), under: dead.lease, at: stage.bench.start)
        let painter = ScriptedWorker { job, context in
            guard let output = try await context.recordedOutput() else { throw Asleep() }
            return .completed([NewDelivery(requestID: job.requestID, payload: JobPayload(bytes: output.files[0].bytes))])
        }
        let rescuer = UpkeepService.rescuer(stage.queue, clock: stage.clock, logger: stage.logger, answer: stateAnswer)
        try await stage.run([stage.processor(painter), rescuer]) { _ in try await stage.pass { try await stage.state(1) == .completed } }
        #expect(try await stage.queue.deliveries(of: RequestID(1)).map(\.payload.bytes) == [[1, 2, 3]])
        #expect(painter.runs == 1)
    }

    @Test("work beyond its deadline is stopped and answered", arguments: Driver.allCases)
    func deadline(_ driver: Driver) async throws {
        let stage = try Stage(driver)
        let worker = ScriptedWorker { _, context in
            try await untilStopped(context)
            return .snoozed(.zero)
        }
        try await stage.bench.enqueue(painting(1, deadline: stage.bench.at(12)))
        try await stage.run([stage.processor(worker)]) { _ in
            try await stage.wait { worker.now == 1 }
            try await stage.pass { try await stage.state(1) == .discarded }
        }
        #expect(try await stage.queue.job(RequestID(1))?.failures.map(\.code) == ["deadline-passed"])
        #expect(try await stage.answers(1) == ["discarded"])
    }

    @Test("progress reported often is written seldom, and its end always", arguments: Driver.allCases)
    func progress(_ driver: Driver) async throws {
        let stage = try Stage(driver)
        let gate = Gate()
        let worker = ScriptedWorker { job, context in
            for step in 1...100 { await context.report(progress: Double(step) / 100) }
            await gate.pass()
            return .completed(picture(job))
        }
        let signals = stage.queue.signals.listen()
        try await stage.bench.enqueue(painting(1))
        try await stage.run([stage.processor(worker)], opening: gate) { _ in
            try await stage.wait { try await stage.queue.job(RequestID(1))?.progress == 1 }
            gate.open()
            try await stage.wait { try await stage.state(1) == .completed }
        }
        var written: [Double] = []
        for await signal in signals {
            if case .progressed(_, let fraction) = signal { written.append(fraction) }
            if case .settled = signal { break }
        }
        #expect(written == [0.01, 1])
    }

    @Test("while the database is locked the outcome is kept and written later")
    func locked() async throws {
        let stage = try Stage(.sqlite)
        let ground = try #require(stage.bench.ground)
        let lock = try WriteLock(ground.name)
        let gate = Gate()
        let worker = ScriptedWorker { job, _ in
            await gate.pass()
            return .completed(picture(job))
        }
        let impatient = try Stage.impatientQueue(ground)
        let processor = JobProcessor(
            queue: impatient, workers: [worker], configuration: .init(queues: ["painter"], worker: "anna", lease: .seconds(600)),
            clock: stage.clock, jitter: { 1 }, logger: stage.logger, answer: stateAnswer)
        try await stage.bench.enqueue(painting(1))
        try await stage.run([processor], opening: gate) { _ in
            try await stage.pass { worker.now == 1 }
            try lock.take()
            gate.open()
            try await stage.wait { worker.now == 0 }
            for _ in 0..<5 {
                stage.clock.advance(by: .milliseconds(100))
                await stage.settleDown()
            }
            #expect(try await stage.state(1) == .running)
            try lock.release()
            try await stage.pass { try await stage.state(1) == .completed }
        }
        #expect(try await stage.answers(1) == ["picture"])
        #expect(worker.runs == 1)
    }
}
