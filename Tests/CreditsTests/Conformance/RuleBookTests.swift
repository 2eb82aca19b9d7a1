import Credits
import PostgresTestServer
import Support
import Testing

@Suite("What the owner changed of the rules")
struct RuleBookTests {
    @Test("each change stays, with who made it and when", arguments: TestEngine.allCases)
    func changes(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        #expect(try await bench.rules.changes() == CreditRuleChanges())
        try await bench.rules.change(by: 7, at: bench.at(1)) { changes in
            changes.prices["it's; DROP TABLE credit_rules"] = CreditAmount(3)
            return "a price"
        }
        let now = try await bench.rules.change(by: 8, at: bench.at(2)) { changes in
            changes.guildCaps["5"] = CreditAmount(9)
            changes.allowances["daily"] = .init(role: 4, period: .daily, amount: CreditAmount(2))
            return "a limit"
        }
        #expect(try await bench.rules.changes() == now)
        #expect(now.prices.count == 1 && now.guildCaps == ["5": CreditAmount(9)])
        #expect(try await bench.rules.history().map(\.summary) == ["a limit", "a price"])
        #expect(try await bench.rules.history().first?.user == 8)
    }

    @Test("what changes nothing, or fails, leaves no trace", arguments: TestEngine.allCases)
    func nothing(_ engine: TestEngine) async throws {
        struct Refused: Error {}
        let bench = try await LedgerBench(engine)
        try await bench.rules.change(by: 7, at: bench.at(1)) { _ in "nothing" }
        await #expect(throws: Refused.self) {
            try await bench.rules.change(by: 7, at: bench.at(1)) { changes in
                changes.dailyUserCap = CreditAmount(1)
                throw Refused()
            }
        }
        #expect(try await bench.rules.history().isEmpty)
    }

    @Test("twenty owners at once lose no change", arguments: TestEngine.allCases)
    func race(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                group.addTask {
                    try await bench.rules.change(by: 7, at: bench.at(1)) { changes in
                        changes.prices["model\(number)"] = CreditAmount(Int64(number))
                        return "one more"
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await bench.rules.changes().prices.count == 20)
    }

    @Test("changes go before the configuration, and what is not changed is as configured")
    func applied() {
        let configured = CreditPolicy(
            prices: ["a": CreditAmount(1), "b": CreditAmount(2)], dailyUserCap: CreditAmount(10), dailyGuildCap: CreditAmount(100),
            allowances: [
                .init(name: "kept", period: .daily, amount: CreditAmount(1)),
                .init(name: "gone", period: .daily, amount: CreditAmount(2)),
                .init(name: "more", period: .monthly, amount: CreditAmount(3)),
            ])
        var changes = CreditRuleChanges()
        #expect(changes.applied(to: configured) == configured)
        changes.prices = ["b": .zero, "c": CreditAmount(5)]
        changes.dailyUserCap = .zero
        changes.guildCaps = ["5": CreditAmount(7), "6": .zero]
        changes.allowances = [
            "gone": .init(role: nil, period: .daily, amount: .zero),
            "more": .init(role: 4, period: .daily, amount: CreditAmount(30)),
        ]
        let policy = changes.applied(to: configured)
        #expect(policy.prices == ["a": CreditAmount(1), "b": .zero, "c": CreditAmount(5)])
        #expect(policy.dailyUserCap == nil)
        #expect(policy.dailyCap(ofGuild: 5) == CreditAmount(7))
        #expect(policy.dailyCap(ofGuild: 6) == nil)
        #expect(policy.dailyCap(ofGuild: 8) == CreditAmount(100))
        #expect(policy.allowances.map(\.name) == ["kept", "more"])
        #expect(policy.allowances.last?.amount == CreditAmount(30))
    }
}

extension LedgerBench {
    fileprivate var rules: CreditRuleBook { CreditRuleBook(database) }
}
