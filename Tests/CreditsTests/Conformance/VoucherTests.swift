import Credits
import Foundation
import PostgresTestServer
import RepeatableChance
import Storage
import Support
import Synchronization
import Testing

@Suite("Vouchers")
struct VoucherTests {
    @Test("a code gives its credits once, to one person", arguments: TestEngine.allCases)
    func redeem(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        let issued = try await bench.vouchers(count: 3, credits: 50)
        #expect(Set(issued.map { $0.code.reveal() }).count == 3)
        let code = try VoucherCode(parsing: issued[1].code.reveal())
        guard case .redeemed(let voucher) = try await bench.book.redeem(code, by: 7, at: bench.at(1)) else {
            Issue.record("not redeemed")
            return
        }
        #expect(voucher.number == issued[1].voucher.number && voucher.credits == CreditAmount(50) && voucher.redeemedBy == .user(7))
        #expect(try await bench.book.redeem(code, by: 7, at: bench.at(2)) == .redeemedBefore(voucher))
        #expect(try await bench.book.redeem(code, by: 8, at: bench.at(2)) == .redeemedByAnother)
        #expect(try await bench.state(of: .user(7)) == [50, 0, 50])
        #expect(try await bench.state(of: .user(8)) == [0, 0, 0])
        #expect(try await bench.book.vouchers(redeemedBy: 7) == [voucher])
        #expect(try await bench.book.vouchers().map { $0.state(at: bench.at(2)) } == [.open, .redeemed, .open])
        #expect(try await bench.ledger.audit().findings == [])
    }

    @Test("of 100 who redeem in the same moment, one gets it", arguments: TestEngine.allCases)
    func race(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        let others = try [bench.secondDatabase(), bench.secondDatabase()].map { VoucherBook($0) } + [bench.book]
        let code = try await bench.vouchers(count: 1, credits: 9)[0].code
        let results = try await withThrowingTaskGroup(of: RedeemResult.self, returning: [RedeemResult].self) { group in
            for user in 1...100 {
                group.addTask { try await others[user % 3].redeem(code, by: UInt64(user), at: bench.at(1)) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.count { if case .redeemed = $0 { true } else { false } } == 1)
        #expect(results.count { $0 == .redeemedByAnother } == 99)
        #expect(try await bench.state(of: .house(.issued)) == [-9, 0, -9])
        #expect(try await bench.ledger.audit().isSound)
    }

    @Test("the same person in 100 windows gets it once, and hears so in each", arguments: TestEngine.allCases)
    func windows(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        let code = try await bench.vouchers(count: 1, credits: 9)[0].code
        let results = try await withThrowingTaskGroup(of: RedeemResult.self, returning: [RedeemResult].self) { group in
            for _ in 1...100 { group.addTask { try await bench.book.redeem(code, by: 7, at: bench.at(1)) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.count { if case .redeemed = $0 { true } else { false } } == 1)
        #expect(results.count { if case .redeemedBefore = $0 { true } else { false } } == 99)
        #expect(try await bench.state(of: .user(7)) == [9, 0, 9])
    }

    @Test("revoked and expired vouchers give nothing; a redeemed one cannot be revoked", arguments: TestEngine.allCases)
    func ended(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        let issued = try await bench.vouchers(count: 3, credits: 5, expiresAt: 100)
        #expect(try await bench.book.revoke(issued[0].voucher.number, at: bench.at(1))?.state(at: bench.at(1)) == .revoked)
        #expect(try await bench.book.redeem(issued[0].code, by: 7, at: bench.at(2)) == .revoked)
        #expect(try await bench.book.redeem(issued[1].code, by: 7, at: bench.at(100)) == .expired)
        _ = try await bench.book.redeem(issued[2].code, by: 7, at: bench.at(99))
        #expect(try await bench.book.revoke(issued[2].voucher.number, at: bench.at(99))?.state(at: bench.at(99)) == .redeemed)
        #expect(try await bench.book.revoke(999, at: bench.at(99)) == nil)
        #expect(try await bench.state(of: .user(7)) == [5, 0, 5])
    }

    @Test("after five wrong codes one waits, and others do not", arguments: TestEngine.allCases)
    func limited(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        let right = try await bench.vouchers(count: 1, credits: 5)[0].code
        var random = SplitMix64(seed: 9)
        for attempt in 0..<5 {
            let wrong = VoucherCode { random.next() }
            #expect(try await bench.book.redeem(wrong, by: 7, at: bench.at(Double(attempt))) == .unknown)
        }
        #expect(try await bench.book.redeem(right, by: 7, at: bench.at(5)) == .tooManyAttempts(until: bench.at(600)))
        #expect(try await bench.book.redeem(VoucherCode { random.next() }, by: 8, at: bench.at(5)) == .unknown)
        guard case .redeemed = try await bench.book.redeem(right, by: 7, at: bench.at(600)) else {
            Issue.record("still waiting")
            return
        }
    }

    @Test("a batch is made once; impossible ones are refused", arguments: TestEngine.allCases)
    func batch(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        let new = NewVouchers(batch: "b", count: 2, credits: CreditAmount(5))
        #expect(try await bench.book.create(new, randomness: bench.randomness, at: bench.start)?.count == 2)
        #expect(try await bench.book.create(new, randomness: bench.randomness, at: bench.start) == nil)
        #expect(try await bench.book.vouchers().count == 2)
        let bad = [
            NewVouchers(batch: "c", count: 0, credits: CreditAmount(5)), NewVouchers(batch: "c", count: 10_001, credits: CreditAmount(5)),
            NewVouchers(batch: "c", credits: .zero), NewVouchers(batch: "", credits: CreditAmount(1)),
            NewVouchers(batch: "c", credits: CreditAmount(1), expiresAt: bench.start),
        ]
        for new in bad {
            await #expect(throws: CreditError.self) { try await bench.book.create(new, randomness: bench.randomness, at: bench.start) }
        }
        // A generator that repeats itself is found out, and nothing of the batch stays.
        await #expect(throws: CreditError.self) {
            try await bench.book.create(NewVouchers(batch: "d", count: 2, credits: CreditAmount(1)), randomness: { 5 }, at: bench.start)
        }
        #expect(try await bench.book.vouchers().count == 2)
    }

    @Test("the limiter counts only what is wrong and lately so")
    func limiter() {
        let limiter = AttemptLimiter(limit: 2, window: .seconds(10))
        let times = [0, 3, 8].map { Timestamp(millisecondsSinceEpoch: $0 * 1_000) }
        func wait(_ count: Int, at second: Int64) -> Int64? {
            limiter.waitUntil(failures: Array(times.prefix(count)), at: Timestamp(millisecondsSinceEpoch: second * 1_000))
                .map { $0.millisecondsSinceEpoch / 1_000 }
        }
        #expect(wait(1, at: 9) == nil)
        #expect(wait(2, at: 9) == 10)
        #expect(wait(2, at: 10) == nil)
        #expect(wait(3, at: 9) == 13)
    }
}

extension LedgerBench {
    var book: VoucherBook { VoucherBook(database) }

    /// Numbers that differ with every call, and between benches.
    var randomness: @Sendable () -> UInt64 { { UInt64.random(in: .min ... .max) } }

    func vouchers(count: Int, credits: Int64, expiresAt seconds: Double? = nil) async throws -> [IssuedVoucher] {
        try #require(
            await book.create(
                NewVouchers(
                    batch: "batch", count: count, credits: CreditAmount(credits), expiresAt: seconds.map { at($0) }, note: "for the party"),
                randomness: randomness, at: start))
    }
}
