import PostgresTestServer
import ServiceLifecycle
import Support
import Testing

@testable import Jobs

@Suite("A store that is away for a while", .timeLimit(.minutes(10)))
struct OutageTests {
    /// A worker, a runner with its rescuer on a database that somebody else locks, and a job that is being worked on.
    private struct Outage {
        let stage: Stage
        let lock: WriteLock
        let services: [any Service]

        init(_ worker: any Worker) throws {
            stage = try Stage(.sqlite)
            let ground = try #require(stage.bench.ground)
            lock = try WriteLock(ground.name)
            let queue = try Stage.impatientQueue(ground)
            services = [
                JobProcessor(
                    queue: queue, workers: [worker], configuration: .init(queues: ["painter"], worker: "anna", lease: .seconds(30)),
                    clock: stage.clock, jitter: { 1 }, logger: stage.logger, answer: stateAnswer),
                UpkeepService.rescuer(
                    queue, every: .seconds(10), clock: stage.clock, logger: stage.logger, answer: stateAnswer),
            ]
        }

        /// Lets time pass, a second at a time, and everybody come to rest after each: so many wait for a later moment then.
        func pass(seconds: Int, sleepers: Int) async throws {
            for _ in 0..<seconds {
                stage.clock.advance(by: .seconds(1))
                try await stage.wait { stage.clock.sleeperCount == sleepers }
            }
        }
    }

    @Test("work under way goes on when the store is away for longer than its lease, and nobody begins it anew")
    func longOutage() async throws {
        let gate = Gate()
        let worker = ScriptedWorker { job, _ in
            await gate.pass()
            return .completed(picture(job))
        }
        let outage = try Outage(worker)
        let stage = outage.stage
        try await stage.bench.enqueue(painting(1))
        try await stage.run(outage.services, opening: gate) { _ in
            // The poll, the lease, and the rescuer.
            try await stage.pass { worker.now == 1 }
            try await stage.wait { stage.clock.sleeperCount == 3 }
            try outage.lock.take()
            try await outage.pass(seconds: 75, sleepers: 3)
            let now = stage.clock.now()
            #expect(try #require(await stage.queue.job(RequestID(1))?.leaseExpiresAt) < now)
            try outage.lock.release()
            try await outage.pass(seconds: 45, sleepers: 3)
            #expect(try #require(await stage.queue.job(RequestID(1))?.leaseExpiresAt) > stage.clock.now())
            gate.open()
            try await stage.wait { try await stage.state(1) == .completed }
        }
        #expect(worker.runs == 1)
        #expect(try await stage.answers(1) == ["picture"])
        #expect(try await stage.queue.job(RequestID(1))?.attempt == 1)
    }

    @Test("what was made while the store was away is kept, and recorded when it is back")
    func madeMeanwhile() async throws {
        let gate = Gate()
        let worker = ScriptedWorker { job, context in
            await gate.pass()
            try await context.record(JobOutput(summary: .empty))
            return .completed(picture(job))
        }
        let outage = try Outage(worker)
        let stage = outage.stage
        try await stage.bench.enqueue(painting(1))
        try await stage.run(outage.services, opening: gate) { _ in
            try await stage.pass { worker.now == 1 }
            try outage.lock.take()
            gate.open()
            // Now the record waits too for its next try.
            try await stage.wait { stage.clock.sleeperCount == 4 }
            try await outage.pass(seconds: 50, sleepers: 4)
            try outage.lock.release()
            try await stage.pass { try await stage.state(1) == .completed }
        }
        #expect(worker.runs == 1)
        #expect(try await stage.answers(1) == ["picture"])
        #expect(try await stage.queue.output(of: RequestID(1)) != nil)
    }

    @Test("after a gap leases count for one lease as they stood before it")
    func watch() {
        let start = Timestamp(millisecondsSinceEpoch: 1_750_000_000_000)
        func at(_ seconds: Int) -> Timestamp { start + .seconds(seconds) }
        var watch = OutageWatch(interval: .seconds(5))
        #expect(watch.moment(at: at(0)) == at(0))
        watch.reached(at: at(0))
        #expect(watch.moment(at: at(6)) == at(6))
        watch.reached(at: at(6))
        // A look that fails is followed by others, each of which may find the store again.
        for second in [17, 22, 27] { #expect(watch.moment(at: at(second)) == at(6)) }
        watch.reached(at: at(27))
        for second in [32, 37, 41] {
            #expect(watch.moment(at: at(second)) == at(6))
            watch.reached(at: at(second))
        }
        #expect(watch.moment(at: at(42)) == at(42))
    }
}
