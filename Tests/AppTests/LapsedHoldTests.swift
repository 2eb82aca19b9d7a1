import Credits
import Jobs
import Logging
import PostgresTestServer
import Storage
import Support
import Testing

@testable import Features

@Suite("A price that was put aside and a queue elsewhere")
struct LapsedHoldTests {
    @Test("Died between hold and job, and asked again in time: done, for what was put aside")
    func repeated() async throws {
        let bench = try LapsedBench()
        try await bench.die(1)
        guard case .enqueued(.enqueued) = try await bench.submit(1) else { return #expect(Bool(false), "the repeat is not done") }
        #expect(try await bench.desk.hold(of: RequestID(1))?.state == .held)
        #expect(
            try await bench.desk.ledger.balance(of: .user(7))
                == CreditBalance(posted: CreditAmount(100), held: CreditAmount(6), debt: .zero))
    }

    @Test("Died between hold and job, and asked again after the hold was given back: refused, not done for nothing")
    func lapsed() async throws {
        let bench = try LapsedBench()
        try await bench.die(2)
        bench.clock.advance(by: .seconds(130))
        #expect(try await bench.reconcile() == 1)
        guard case .lapsed = try await bench.submit(2) else { return #expect(Bool(false), "done for nothing") }
        #expect(try await bench.jobs.job(RequestID(2)) == nil)
        #expect(try await bench.desk.hold(of: RequestID(2))?.state == .voided)
        try await bench.expectWhole()
    }

    @Test("Given back while the process stood still between hold and job: the job is taken out of the queue, not done for nothing")
    func givenBackMeanwhile() async throws {
        let bench = try LapsedBench()
        let queue = InterruptedQueue {
            bench.clock.advance(by: .seconds(130))
            let settled = try await bench.reconcile()
            #expect(settled == 1)
        }
        guard case .lapsed = try await bench.submit(3, on: queue) else { return #expect(Bool(false), "done for nothing") }
        #expect(try await queue.job(RequestID(3))?.state == .cancelled)
        let claim = JobClaim(queues: ["painter"], worker: "w")
        #expect(try await queue.claim(claim, at: bench.clock.now()).isEmpty)
        try await bench.expectWhole()
        // What is told instead comes from who asked; the event once more changes nothing.
        guard case .enqueued(.existing(let job)) = try await bench.submit(3, on: queue.queue) else {
            return #expect(Bool(false), "begun anew")
        }
        #expect(job.state == .cancelled)
        try await bench.expectWhole()
    }
}

/// Somebody with 100 credits who asks for two pictures at three each.
private struct LapsedBench {
    let start = Timestamp(millisecondsSinceEpoch: 1_750_000_000_000)
    let policy = CreditPolicy(
        prices: ["painter": CreditAmount(3)], allowances: [.init(name: "all", period: .monthly, amount: CreditAmount(100))])
    let request = QuoteRequest(model: "painter", units: 2, user: 7)
    let jobs = MemoryJobQueue()
    let clock: ManualClock
    let desk: CreditDesk

    init() throws {
        let database = try TestDatabase(.sqlite).open([CreditLedger.schema], at: start)
        clock = ManualClock(now: start)
        desk = CreditDesk(
            ledger: CreditLedger(database), vouchers: VoucherBook(database), purchases: PurchaseBook(database),
            rules: CreditRules(policy, book: CreditRuleBook(database)))
    }

    func submit(_ number: UInt64, on queue: (any JobQueue)? = nil) async throws -> CreditDesk.Submitted {
        try await desk.enqueue(
            NewJob(requestID: RequestID(number), kind: "generate", queue: "painter", user: "7"), for: request, note: "2 pictures",
            on: queue ?? jobs, expiresAt: start + .seconds(86_400), at: clock.now())
    }

    /// Puts the price aside, and no more.
    func die(_ number: UInt64) async throws {
        _ = try await desk.ledger.transaction { [ledger = desk.ledger, policy, request, start] tx in
            try ledger.reserve(
                HoldID(RequestID(number)), policy, for: request, note: "2 pictures", expiresAt: start + .seconds(86_400), at: start, in: tx)
        }
    }

    func reconcile() async throws -> Int {
        try await CreditReconciler(desk: desk, jobs: jobs, clock: clock, logger: Logger(label: "test")).reconcile()
    }

    /// All that there was is there, and nothing is promised.
    func expectWhole() async throws {
        #expect(try await desk.ledger.balance(of: .user(7)) == CreditBalance(posted: CreditAmount(100), held: .zero, debt: .zero))
        #expect(try await desk.ledger.audit().findings == [])
    }
}
