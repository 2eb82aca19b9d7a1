import Credits
import PostgresTestServer
import Storage
import Support
import Testing

@Suite("Random histories")
struct RandomHistoryTests {
    @Test(
        "of thousands, none has a balance below zero, a credit lost or a credit twice", .timeLimit(.minutes(10)),
        arguments: TestEngine.allCases)
    func histories(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        // On PostgreSQL they really run at once, but take longer.
        let histories: UInt64 = engine == .sqlite ? 10_000 : 2_000
        let problems = try await withThrowingTaskGroup(of: [String].self, returning: [String].self) { group in
            var (problems, next): ([String], UInt64) = ([], 1)
            func add() {
                let seed = next
                next += 1
                group.addTask { try await History(seed: seed).run(on: bench) }
            }
            for _ in 0..<16 { add() }
            while let found = try await group.next() {
                problems += found
                if next <= histories { add() }
            }
            return problems
        }
        #expect(problems == [])
        let audit = try await bench.ledger.audit()
        #expect(audit.isSound, "\(audit.findings)")
        // The histories did get somewhere.
        #expect(audit.transfers > Int(histories) * 2)
        // What is still held is given back when its time is over, and then nothing is promised to anybody.
        while try await bench.ledger.expireHolds(at: bench.at(1_000_000), limit: 500) > 0 {}
        let end = try await bench.ledger.audit()
        #expect(end.isSound && end.openHolds == 0, "\(end.findings)")
    }
}
