import Memory
import PostgresTestServer
import Testing

@Suite struct `What a person allows` {
    @Test(arguments: TestEngine.allCases) func `nothing is allowed until they say so, and then only there and only that`(
        _ engine: TestEngine
    )
        async throws
    {
        let bench = try Bench(engine)
        let consents = bench.consents
        #expect(try await consents.allows(ada, in: home, .history) == false)
        try await consents.give(.history, by: ada, in: home, through: .command, at: bench.at(0))
        #expect(try await consents.allows(ada, in: home, .history))
        #expect(try await consents.allows(ada, in: home, .clone) == false)
        #expect(try await consents.allows(ada, in: .directMessages, .history) == false)
        #expect(try await consents.allows(bob, in: home, .history) == false)
    }

    @Test(arguments: TestEngine.allCases) func `it is written down when and how they said it, once`(_ engine: TestEngine) async throws {
        let bench = try Bench(engine)
        let consents = bench.consents
        try await consents.give(.history, by: ada, in: home, through: .message, at: bench.at(1))
        try await consents.give(.history, by: ada, in: home, through: .button, at: bench.at(9))
        let given = try #require(try await consents.consent(of: ada, in: home, to: .history))
        #expect(given.givenAt == bench.at(1) && given.givenBy == .message && given.isGiven)

        let withdrawn = try #require(try await consents.withdraw(.history, by: ada, in: home, through: .command, at: bench.at(20)))
        #expect(withdrawn.withdrawnAt == bench.at(20) && withdrawn.withdrawnBy == .command && !withdrawn.isGiven)
        #expect(try await consents.withdraw(.history, by: ada, in: home, through: .operator, at: bench.at(30)) == withdrawn)

        try await consents.give(.history, by: ada, in: home, through: .button, at: bench.at(40))
        let again = try #require(try await consents.consent(of: ada, in: home, to: .history))
        #expect(again.givenAt == bench.at(40) && again.isGiven && again.withdrawnBy == nil)
        #expect(try await consents.all(of: ada) == [again])
    }

    @Test(arguments: TestEngine.allCases) func `who never allowed anything has nothing to withdraw`(_ engine: TestEngine) async throws {
        let bench = try Bench(engine)
        #expect(try await bench.consents.withdraw(.history, by: ada, in: home, through: .command, at: bench.at(0)) == nil)
        #expect(try await bench.consents.all(of: ada).isEmpty)
    }
}
