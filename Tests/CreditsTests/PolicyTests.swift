import Credits
import Support
import Testing

@Suite("The owner's rules")
struct PolicyTests {
    /// 2026-02-28T23:30:00Z
    let evening = Timestamp(millisecondsSinceEpoch: 1_772_321_400_000)
    let request = QuoteRequest(model: "painter", units: 4, user: 1, guild: 5)

    private func facts(user: Int64, pool: Int64 = 0, userSpent: Int64 = 0, guildSpent: Int64 = 0) -> QuoteFacts {
        QuoteFacts(
            user: CreditAmount(user), pool: CreditAmount(pool), userSpent: CreditAmount(userSpent), guildSpent: CreditAmount(guildSpent))
    }

    @Test("each model has its price, and one of nothing is free")
    func prices() {
        let policy = CreditPolicy(prices: ["painter": CreditAmount(3), "pocket": .zero])
        #expect(policy.price(of: "painter", units: 4) == CreditAmount(12))
        #expect(policy.price(of: "other", units: 4) == CreditAmount(4))
        #expect(policy.quote(for: request, facts: facts(user: 12), at: evening) == .payable(CreditAmount(12), by: .user(1)))
        var free = request
        free.model = "pocket"
        #expect(policy.quote(for: free, facts: facts(user: 0), at: evening) == .free)
        #expect(policy.price(of: "painter", units: .max) == .largest)
    }

    @Test("who has too little hears what it costs and what is there")
    func insufficient() {
        let quote = CreditPolicy().quote(for: request, facts: facts(user: 3), at: evening)
        #expect(quote == .refused(.insufficient(price: CreditAmount(4), available: CreditAmount(3))))
        #expect(quote.price == nil)
    }

    @Test("the pool pays first, second or never, and only the whole price")
    func pool() {
        func payer(_ rule: CreditPolicy.PoolRule, user: Int64, pool: Int64) -> CreditAccount? {
            let quote = CreditPolicy(poolRule: rule).quote(for: request, facts: facts(user: user, pool: pool), at: evening)
            if case .payable(_, let account) = quote { return account }
            return nil
        }
        #expect(payer(.poolFirst, user: 9, pool: 9) == .guildPool(5))
        #expect(payer(.poolFirst, user: 9, pool: 3) == .user(1))
        #expect(payer(.poolFirst, user: 0, pool: 9) == .guildPool(5))
        #expect(payer(.userFirst, user: 9, pool: 9) == .user(1))
        #expect(payer(.userFirst, user: 3, pool: 9) == .guildPool(5))
        #expect(payer(.never, user: 3, pool: 9) == nil)
        #expect(payer(.poolFirst, user: 3, pool: 3) == nil)
    }

    @Test("caps hold until the day ends")
    func caps() {
        var policy = CreditPolicy(dailyUserCap: CreditAmount(10), dailyGuildCap: CreditAmount(20))
        let midnight = Timestamp(millisecondsSinceEpoch: 1_772_323_200_000)
        #expect(policy.quote(for: request, facts: facts(user: 99, userSpent: 6), at: evening).price == CreditAmount(4))
        #expect(
            policy.quote(for: request, facts: facts(user: 99, userSpent: 7), at: evening)
                == .refused(.userCap(CreditAmount(10), spent: CreditAmount(7), price: CreditAmount(4), until: midnight)))
        #expect(
            policy.quote(for: request, facts: facts(user: 99, guildSpent: 17), at: evening)
                == .refused(.guildCap(CreditAmount(20), spent: CreditAmount(17), price: CreditAmount(4), until: midnight)))
        policy.dailyUserCap = nil
        var alone = request
        alone.guild = nil
        #expect(policy.quote(for: alone, facts: facts(user: 99, guildSpent: 17), at: evening).price == CreditAmount(4))
    }

    @Test("days and months begin at midnight UTC, leap years too")
    func periods() {
        #expect(CreditPeriod.daily.key(at: evening) == "2026-02-28")
        #expect(CreditPeriod.monthly.key(at: evening) == "2026-02")
        let next = CreditPeriod.monthly.next(after: evening)
        #expect(CreditPeriod.daily.key(at: next) == "2026-03-01" && CreditPeriod.monthly.start(at: next) == next)
        let known: [(Int64, String)] = [
            (0, "1970-01-01"), (951_782_400, "2000-02-29"), (1_709_164_800, "2024-02-29"), (1_735_689_599, "2024-12-31"),
            (4_107_542_399, "2100-02-28"), (4_107_542_400, "2100-03-01"), (-1, "1969-12-31"),
        ]
        for (second, key) in known { #expect(CreditPeriod.daily.key(at: Timestamp(millisecondsSinceEpoch: second * 1_000)) == key) }
        for month in 0..<48 {
            let moment = Timestamp(millisecondsSinceEpoch: 1_700_000_000_000) + .seconds(month * 2_629_800)
            let next = CreditPeriod.monthly.next(after: moment)
            #expect(CreditPeriod.daily.key(at: next).hasSuffix("-01") && next > moment)
            #expect(CreditPeriod.monthly.key(at: next - .milliseconds(1)) == CreditPeriod.monthly.key(at: moment))
        }
    }

    @Test("allowances are for those with the role, under a key of their period")
    func allowances() {
        let policy = CreditPolicy(allowances: [
            .init(name: "everyone", period: .daily, amount: CreditAmount(3)),
            .init(name: "patrons", role: 77, period: .monthly, amount: CreditAmount(100)),
        ])
        #expect(policy.allowances(user: 1, roles: [], at: evening).map(\.id.text) == ["allowance:2026-02-28:1:everyone"])
        #expect(
            policy.allowances(user: 1, roles: [77], at: evening).map(\.id.text)
                == ["allowance:2026-02-28:1:everyone", "allowance:2026-02:1:patrons"])
    }
}
