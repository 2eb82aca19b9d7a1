import Console
import Credits
import Memory
import PostgresTestServer
import Storage
import Support
import Testing

@testable import App

@Suite("The audit log", .timeLimit(.minutes(10)))
struct AuditTests {
    private let start = Timestamp(millisecondsSinceEpoch: 1_750_000_000_000)

    private func database(_ engine: TestEngine) throws -> Database { try TestDatabase(engine).open(Foundations.schemas, at: start) }

    @Test("Tells in one list what was done at the console, in Discord, at the terminal and over the API", arguments: TestEngine.allCases)
    func all(_ engine: TestEngine) async throws {
        let database = try database(engine)
        let tables = AppTables(database: database)
        try await tables.note(.requests, "cancelled request 12", by: 7, guild: nil, once: nil, at: start)
        try await GuildSettingsStore(database).change(
            "painting", of: GuildKey(5), from: "a", by: PersonKey(8), at: start + .seconds(1)
        ) { body in
            body = "b"
            return "changed the limits"
        }
        try await SettingsStore(database).change(.guild(GuildKey(5)), by: PersonKey(8), at: start + .seconds(2)) { $0.name = "Troupe" }
        let ledger = CreditLedger(database)
        _ = try await ledger.grant(
            id: TransferID("grant:a"), to: .user(9), amount: CreditAmount(25), reason: CreditReason(.grant, "welcome"),
            at: start + .seconds(3))
        _ = try await CreditRuleBook(database).change(by: 8, at: start + .seconds(4)) { rules in
            rules.dailyUserCap = CreditAmount(5)
            return "each person: 5 a day"
        }
        #expect(try await tables.addToken(named: "shop", digest: [1], scopes: [.balancesRead], at: start + .seconds(5)))
        let entries = try await tables.entries(AuditQuestion())
        #expect(
            entries.map(\.words) == [
                "token shop made, for balances:read", "rules: each person: 5 a day", "25 credits from house:issued to user:9: welcome",
                "talking: changed what holds in the whole server", "painting: changed the limits", "cancelled request 12",
            ])
        #expect(entries.map(\.who) == [nil, 8, nil, 8, 8, 7])
        #expect(entries.map(\.guild) == [nil, nil, nil, 5, 5, nil])
        #expect(entries.map(\.place) == [.terminal, .discord, .terminal, .discord, .discord, .console])
        #expect(entries.map(\.kind) == [.tokens, .credits, .credits, .settings, .settings, .requests])
    }

    @Test("Finds by words, by id and by kind, and turns pages without losing or repeating an entry", arguments: TestEngine.allCases)
    func questions(_ engine: TestEngine) async throws {
        let tables = AppTables(database: try database(engine))
        // Many of the same millisecond.
        for number in 0..<25 {
            try await tables.note(
                number % 2 == 0 ? .credits : .logins, "Granted \(number) 100%_", by: UInt64(number + 1), guild: nil, once: nil,
                at: start + .seconds(number / 10))
        }
        var seen: [AuditEntry] = []
        var question = AuditQuestion(count: 4)
        while case let page = try await tables.entries(question), let last = page.last {
            seen += page
            question.before = .init(last)
        }
        #expect(seen.count == 25 && Set(seen.map(\.key)).count == 25)
        #expect(seen.map(\.at) == seen.map(\.at).sorted(by: >))
        #expect(try await tables.entries(AuditQuestion(search: "granted 7 100%_")).map(\.who) == [8])
        #expect(try await tables.entries(AuditQuestion(search: "granted%7")).isEmpty)
        #expect(try await tables.entries(AuditQuestion(search: "24")).count == 2)
        #expect(try await tables.entries(AuditQuestion(kind: .logins)).count == 12)
    }

    @Test("Notes the same thing under one name once, and forgets what is older than a year", arguments: TestEngine.allCases)
    func bounds(_ engine: TestEngine) async throws {
        let tables = AppTables(database: try database(engine))
        for _ in 0..<2 { try await tables.note(.credits, "granted", by: nil, guild: nil, once: "console:1", at: start) }
        #expect(try await tables.entries(AuditQuestion()).count == 1)
        try await tables.note(.logins, "logged in", by: nil, guild: nil, once: nil, at: start + AppTables.auditLifetime + .seconds(1))
        #expect(try await tables.entries(AuditQuestion()).map(\.words) == ["logged in"])
    }
}
