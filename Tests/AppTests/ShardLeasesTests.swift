import Discord
import DiscordModels
import PostgresTestServer
import Storage
import Support
import Testing

@testable import App

@Suite("Shards by lease in the database", .timeLimit(.minutes(10)))
struct ShardLeasesTests {
    private let start = Timestamp(millisecondsSinceEpoch: 1_750_000_000_000)

    private func tables(_ engine: TestEngine) throws -> AppTables {
        AppTables(database: try TestDatabase(engine).open([AppTables.schema], at: start))
    }

    private func process(_ name: String, _ tables: AppTables, _ choice: ShardChoice = .share) -> DatabaseShardLeases {
        DatabaseShardLeases(tables: tables, name: name, choice: choice, span: .seconds(9))
    }

    private func session(_ shard: Int, sequence: Int) -> SavedSession {
        SavedSession(
            sessionID: "s\(shard)", resumeURL: "wss://a", gatewayURL: "wss://b", sequence: sequence, shardID: shard, shardCount: 4,
            savedAt: start)
    }

    @Test("Processes that come at once have all shards between them, none twice", arguments: TestEngine.allCases)
    func together(_ engine: TestEngine) async throws {
        let tables = try tables(engine)
        let names = ["a", "b", "c"]
        let start = start
        for round in 0..<4 {
            let runs = try await withThrowingTaskGroup(of: [Int].self) { group in
                for name in names {
                    let leases = process(name, tables)
                    group.addTask {
                        let now = start + .seconds(round)
                        let orders = try await leases.renew(wanting: 16, isFirm: false, isCutOff: false, at: now)
                        for id in 0..<16 where !orders.run.contains(where: { $0.shardID == id }) {
                            for fence in 0..<4 { try await leases.release(ShardLease(shardID: id, fence: fence)) }
                        }
                        return orders.run.map(\.shardID)
                    }
                }
                return try await group.reduce(into: [[Int]]()) { $0.append($1) }
            }
            if round == 3 {
                #expect(runs.flatMap(\.self).sorted() == Array(0..<16))
                #expect(runs.map(\.count).sorted() == [5, 5, 6])
            }
        }
        for name in names { try await process(name, tables).leave() }
        #expect(try await process("d", tables).renew(wanting: 8, isFirm: true, isCutOff: false, at: start + .seconds(5)).run.count == 8)
    }

    @Test("The session moves with the shard, and who has lost the lease overwrites nothing", arguments: TestEngine.allCases)
    func session(_ engine: TestEngine) async throws {
        let tables = try tables(engine)
        let (a, b) = (process("a", tables), process("b", tables))
        let old = try #require(try await a.renew(wanting: 4, isFirm: false, isCutOff: false, at: start).run.first)
        try await a.sessions(under: old).save(session(0, sequence: 7))
        let new = try #require(try await b.renew(wanting: 4, isFirm: false, isCutOff: false, at: start + .seconds(10)).run.first)
        #expect(try await b.sessions(under: new).load(shardID: 0)?.sequence == 7)
        try await b.sessions(under: new).save(session(0, sequence: 9))
        try await a.sessions(under: old).save(session(0, sequence: 8))
        try await a.sessions(under: old).forget(shardID: 0)
        #expect(try await b.sessions(under: new).load(shardID: 0)?.sequence == 9)
        try await b.sessions(under: new).forget(shardID: 0)
        #expect(try await b.sessions(under: new).load(shardID: 0) == nil)
    }

    @Test("All processes together identify no faster and no more often than Discord allows", arguments: TestEngine.allCases)
    func identifies(_ engine: TestEngine) async throws {
        let tables = try tables(engine)
        let (a, b) = (process("a", tables), process("b", tables))
        let limit = SessionStartLimit(total: 1_000, remaining: 3, resetAfter: 600_000, maxConcurrency: 1)
        try await a.learn(limit, at: start)
        try await b.learn(limit, at: start)
        #expect(try await a.reserve(shard: 0, at: start) == start)
        #expect(try await b.reserve(shard: 1, at: start) == start + .milliseconds(5_250))
        // One that starts now is told by Discord of slots that are spoken for.
        try await process("c", tables).learn(limit, at: start + .seconds(1))
        #expect(try await a.reserve(shard: 2, at: start) == start + .milliseconds(10_500))
        #expect(try await b.reserve(shard: 3, at: start) == start + .seconds(600))
    }

    @Test(
        "Commands are registered by one of those that start with the same, and again where that one is gone", arguments: TestEngine.allCases
    )
    func commands(_ engine: TestEngine) async throws {
        let tables = try tables(engine)
        for name in ["a", "b"] { _ = try await process(name, tables).renew(wanting: 4, isFirm: false, isCutOff: false, at: start) }
        #expect(try await tables.commandTurn(of: "a", digest: "one", at: start) == .mine)
        #expect(try await tables.commandTurn(of: "b", digest: "one", at: start) == .another)
        try await tables.finishCommandTurn(of: "a")
        #expect(try await tables.commandTurn(of: "b", digest: "one", at: start) == .done)
        #expect(try await tables.commandTurn(of: "b", digest: "two", at: start) == .mine)
        // It died before it was done.
        #expect(try await tables.commandTurn(of: "c", digest: "two", at: start + .seconds(5)) == .another)
        #expect(try await tables.commandTurn(of: "c", digest: "two", at: start + .seconds(10)) == .mine)
    }
}
