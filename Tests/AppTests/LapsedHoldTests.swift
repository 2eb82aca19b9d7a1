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
    private let start = Timestamp(millisecondsSinceEpoch: 1_750_000_000_000)

    @Test("Died between hold and job, and asked again after the hold was given back: refused, not done for nothing")
    func lapsed() async throws {
        let database = try TestDatabase(.sqlite).open([CreditLedger.schema], at: start)
        let policy = CreditPolicy(
            prices: ["painter": CreditAmount(3)], allowances: [.init(name: "all", period: .monthly, amount: CreditAmount(100))])
        let desk = CreditDesk(
            ledger: CreditLedger(database), vouchers: VoucherBook(database), purchases: PurchaseBook(database),
            rules: CreditRules(policy, book: CreditRuleBook(database)))
        let jobs = MemoryJobQueue()
        let clock = ManualClock(now: start)
        let reconciler = CreditReconciler(desk: desk, jobs: jobs, clock: clock, logger: Logger(label: "test"))
        let request = QuoteRequest(model: "painter", units: 2, user: 7)
        func submit(_ number: UInt64) async throws -> CreditDesk.Submitted {
            try await desk.enqueue(
                NewJob(requestID: RequestID(number), kind: "generate", queue: "painter", user: "7"), for: request, note: "2 pictures",
                on: jobs,
                expiresAt: start + .seconds(86_400), at: clock.now())
        }
        func die(_ number: UInt64) async throws {
            _ = try await desk.ledger.transaction { [ledger = desk.ledger, start] tx in
                try ledger.reserve(
                    HoldID(RequestID(number)), policy, for: request, note: "2 pictures", expiresAt: start + .seconds(86_400), at: start,
                    in: tx)
            }
        }
        // In time: the repeat finds what was put aside.
        try await die(1)
        guard case .enqueued(.enqueued) = try await submit(1) else { return #expect(Bool(false), "the repeat is not done") }
        #expect(try await desk.hold(of: RequestID(1))?.state == .held)
        // Too late: it was given back.
        try await die(2)
        clock.advance(by: .seconds(130))
        #expect(try await reconciler.reconcile() == 1)
        guard case .lapsed = try await submit(2) else { return #expect(Bool(false), "done for nothing") }
        #expect(try await jobs.job(RequestID(2)) == nil)
        #expect(try await desk.hold(of: RequestID(2))?.state == .voided)
    }
}
