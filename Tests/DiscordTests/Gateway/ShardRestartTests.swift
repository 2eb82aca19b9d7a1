import DiscordModels
import Support
import Synchronization
import Testing

@testable import Discord

@Suite("A shard over restarts of the process", .timeLimit(.minutes(10)))
struct ShardRestartTests {
    private func saved(_ gateway: ScriptedGateway, sequence: Int = 7, age: Double = 10) -> SavedSession {
        SavedSession(
            sessionID: "old", resumeURL: gateway.url, gatewayURL: gateway.url, sequence: sequence, shardID: 0, shardCount: 1,
            savedAt: at(-age))
    }

    /// Which opcode the first payload of a fresh process is.
    private func firstOpcode(_ gateway: ScriptedGateway, _ session: SavedSession) async throws -> (op: Int, sequence: Int?) {
        let bench = try ShardBench(gateway, sessions: MemorySessionStore([session]))
        var result: (Int, Int?) = (0, nil)
        try await bench.running(bench.shard()) {
            let connection = try #require(await gateway.connections.next())
            connection.hello()
            let payload = try #require(await connection.nextPayload())
            result = (payload.op, (payload.d as? [String: Any])?["seq"] as? Int)
        }
        return result
    }

    @Test("A young session of this shard is resumed where its handling had come to; any other gives way to a new one")
    func takesUp() async throws {
        try await ScriptedGateway.serve { gateway in
            let young = try await firstOpcode(gateway, saved(gateway))
            #expect(young.op == 6)
            #expect(young.sequence == 7)
            #expect(try await firstOpcode(gateway, saved(gateway, age: 901)).op == 2)
            var other = saved(gateway)
            other.shardCount = 2
            #expect(try await firstOpcode(gateway, other).op == 2)
            other = saved(gateway)
            other.gatewayURL = "wss://another.example/"
            #expect(try await firstOpcode(gateway, other).op == 2)
        }
    }

    @Test("A process killed while events are in hand gets exactly these again from the session it left")
    func killedInMidHandling() async throws {
        try await ScriptedGateway.serve { gateway in
            let bench = try ShardBench(gateway)
            let begun = Inbox<GatewayEvent>()
            let shard = bench.shard { event, _ in
                {
                    begun.put(event)
                    // The third is cut off by the end of the process.
                    if event == deletion(3) { try await bench.clock.sleep(for: .seconds(1_000_000)) }
                }
            }
            try await bench.running(shard) {
                let connection = try #require(await gateway.connections.next())
                try await bench.makeReady(connection)
                _ = await begun.next()
                for id in 1...5 { connection.deleteMessage(id, sequence: id + 1) }
                for _ in 0..<5 { _ = await begun.next() }
                while shard.state.withLock({ $0.tracker.handled }) < 3 { await Task.yield() }
            }
            let session = try #require(bench.sessions.load(shardID: 0))
            #expect(session.sequence == 3)
            #expect(session.sessionID == "s")
            let next = try ShardBench(gateway, sessions: bench.sessions)
            try await next.running(next.shard()) {
                let connection = try #require(await gateway.connections.next())
                connection.hello()
                let resume = try #require(await connection.nextPayload())
                #expect((resume.d as? [String: Any])?["seq"] as? Int == 3)
                for id in 3...5 { connection.deleteMessage(id, sequence: id + 1) }
                var again: Set<GatewayEvent> = []
                for _ in 3...5 { again.insert(try #require(await next.events.next())) }
                #expect(again == [deletion(3), deletion(4), deletion(5)])
            }
        }
    }

    @Test("While it runs, the session is saved as events are handled, so that a kill without warning loses none")
    func savedWhileRunning() async throws {
        try await ScriptedGateway.serve { gateway in
            let bench = try ShardBench(gateway)
            try await bench.running(bench.shard()) {
                let connection = try #require(await gateway.connections.next())
                try await bench.makeReady(connection)
                _ = await bench.events.next()
                while bench.sessions.load(shardID: 0) == nil { await Task.yield() }
                connection.deleteMessage(1, sequence: 2)
                _ = await bench.events.next()
                // Not before the interval between two saves has passed.
                while bench.sessions.load(shardID: 0)?.sequence != 2 {
                    bench.clock.advance(by: .milliseconds(100))
                    await Task.yield()
                }
            }
        }
    }

    @Test("An invalid session is forgotten and the next identify goes to the original address")
    func invalidSession() async throws {
        try await ScriptedGateway.serve { gateway in
            let bench = try ShardBench(gateway, sessions: MemorySessionStore([saved(gateway)]))
            let shard = bench.shard()
            try await bench.running(shard) {
                let first = try #require(await gateway.connections.next())
                first.hello()
                #expect(try #require(await first.nextPayload()).op == 6)
                first.send(text: #"{"op":9,"d":false}"#)
                #expect(await first.received.next() == .close(1_000))
                first.drop()
                while bench.sessions.load(shardID: 0) != nil { await Task.yield() }
                while shard.statistics.phase != .waiting { await Task.yield() }
                // 1 to 5 seconds; the jitter of the bench is a half.
                bench.clock.advance(by: .seconds(3))
                let second = try #require(await gateway.connections.next())
                second.hello()
                #expect(try #require(await second.nextPayload()).op == 2)
            }
        }
    }

    @Test("Leaving closes with a code that keeps the session, also while nobody is there to connect to")
    func leaving() async throws {
        try await ScriptedGateway.serve { gateway in
            let bench = try ShardBench(gateway)
            let shard = bench.shard()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await shard.run() }
                let connection = try #require(await gateway.connections.next())
                try await bench.makeReady(connection)
                _ = await bench.events.next()
                shard.leave()
                #expect(await connection.received.next() == .close(4_000))
                connection.close(4_000)
                try await group.waitForAll()
            }
            #expect(bench.sessions.load(shardID: 0)?.sessionID == "s")
        }
        var configuration = Shard.Configuration(token: Secret("t"), intents: [], address: try GatewayAddress("ws://127.0.0.1:1"))
        configuration.compression = .none
        try await ScriptedGateway.serve { gateway in
            var bench = try ShardBench(gateway)
            bench.configuration = configuration
            let shard = bench.shard()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await shard.run() }
                while shard.statistics.phase != .waiting || bench.clock.sleeperCount == 0 { await Task.yield() }
                shard.leave()
                try await group.waitForAll()
            }
        }
    }
}
