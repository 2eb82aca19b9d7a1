import DiscordModels
import Logging
import Support
import Testing

@testable import Discord

@Suite("The gateway of a bot", .timeLimit(.minutes(10)))
struct GatewayTests {
    private struct Down: Error {}

    private func gateway(
        _ clock: ManualClock, shards: Int? = nil, events: Inbox<ShardContext> = Inbox(),
        directions: @escaping @Sendable () async throws -> GatewayBotInfo
    ) -> Gateway {
        var configuration = Gateway.Configuration(token: Secret("token"), intents: [])
        configuration.shardCount = shards
        return Gateway(
            configuration: configuration, sessions: MemorySessionStore(), clock: clock, jitter: { 1 },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, directions: directions
        ) { _, context in { events.put(context) } }
    }

    private func info(_ url: String, shards: Int = 1, concurrency: Int = 1) -> GatewayBotInfo {
        GatewayBotInfo(
            url: url, shards: shards,
            sessionStartLimit: SessionStartLimit(total: 1_000, remaining: 999, resetAfter: 86_400_000, maxConcurrency: concurrency))
    }

    @Test("While Discord does not answer it asks again, later and later; a wrong token ends the run at once")
    func directions() async throws {
        let clock = ManualClock(now: at(0))
        let asked = Inbox<Timestamp>()
        let answers = Inbox<any Error>()
        let gateway = gateway(clock) {
            asked.put(clock.now())
            throw await answers.next()!
        }
        async let failure: (any Error)? = {
            do {
                try await gateway.run()
                return nil
            } catch { return error }
        }()
        for moment in [0.0, 1, 3, 7] {
            #expect(await asked.next() == at(moment))
            answers.put(Down())
            while clock.sleeperCount == 0 { await Task.yield() }
            clock.advance(by: try #require(clock.nextDeadline) - clock.now())
        }
        _ = await asked.next()
        answers.put(GatewayError(.wrongToken))
        #expect(await failure as? GatewayError == GatewayError(.wrongToken))
    }

    @Test("Shards start in the order of their buckets, each with its own number, and all of them end when one may not go on")
    func shards() async throws {
        try await ScriptedGateway.serve { server in
            let clock = ManualClock(now: at(0))
            let info = info(server.url, shards: 3, concurrency: 2)
            let gateway = gateway(clock) { info }
            async let failure: (any Error)? = {
                do {
                    try await gateway.run()
                    return nil
                } catch { return error }
            }()
            var numbers: Set<[Int]> = []
            var first: [ScriptedConnection] = []
            for _ in 0..<2 {
                let connection = try #require(await server.connections.next())
                connection.hello()
                let identify = try #require(await connection.nextPayload())
                numbers.insert(try #require((identify.d as? [String: Any])?["shard"] as? [Int]))
                first.append(connection)
            }
            #expect(numbers == [[0, 3], [1, 3]])
            clock.advance(by: .seconds(5.25))
            let third = try #require(await server.connections.next())
            third.hello()
            let identify = try #require(await third.nextPayload())
            #expect((identify.d as? [String: Any])?["shard"] as? [Int] == [2, 3])
            third.close(4_014)
            #expect((await failure as? GatewayError)?.code == .disallowedIntents)
            // Cut or closed, never with a code that would end the session.
            for connection in first { #expect([.close(4_000), nil].contains(await connection.received.next())) }
            #expect(gateway.statistics.count == 3)
        }
    }
}
