import DiscordModels
import Foundation
import Logging
import NIOCore
import Support
import Testing

@testable import Discord

/// A shard on a scripted gateway, with a clock that stands still unless the test moves it.
struct ShardBench: Sendable {
    let clock = ManualClock(now: at(0))
    let sessions: MemorySessionStore
    let events = Inbox<GatewayEvent>()
    let url: String
    var configuration: Shard.Configuration

    init(_ gateway: ScriptedGateway, sessions: MemorySessionStore = MemorySessionStore()) throws {
        self.sessions = sessions
        url = gateway.url
        configuration = Shard.Configuration(token: Secret("token"), intents: [.guilds], address: try GatewayAddress(gateway.url))
    }

    func shard(cache: GatewayCache? = nil, _ handler: GatewayEventHandler? = nil) -> Shard {
        let limit = SessionStartLimit(total: 1_000, remaining: 1_000, resetAfter: 86_400_000, maxConcurrency: 1)
        let events = events
        let permits = SoleProcess(sessions: sessions)
        permits.learn(limit, at: clock.now())
        return Shard(
            configuration: configuration, sessions: sessions, permits: permits, connector: GatewayConnector(), cache: cache, clock: clock,
            jitter: { 0.5 }, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            handler: handler ?? { event, _ in { events.put(event) } })
    }

    /// Runs a shard while the script goes on, then cancels it and waits for its end.
    func running(_ shard: Shard, _ script: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await shard.run() }
            try await script()
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    /// HELLO, identify, READY.
    func makeReady(_ connection: ScriptedConnection) async throws {
        connection.hello()
        #expect(try #require(await connection.nextPayload()).op == 2)
        connection.ready(resume: url)
    }

    /// Moves the clock to the next moment anybody waits for, once there is one.
    func advance() async {
        while clock.nextDeadline == nil { await Task.yield() }
        if let deadline = clock.nextDeadline { clock.advance(by: deadline - clock.now()) }
    }
}

func deletion(_ id: UInt64) -> GatewayEvent { .messageDelete(MessageDelete(id: .init(id), channelID: .init(1))) }

@Suite("A shard on a socket", .timeLimit(.minutes(10)))
struct ShardTests {
    @Test("identifies, is ready and hands on the events asked for, counting the others")
    func events() async throws {
        try await ScriptedGateway.serve { gateway in
            let bench = try ShardBench(gateway)
            let shard = bench.shard()
            try await bench.running(shard) {
                let connection = try #require(await gateway.connections.next())
                #expect(connection.target.hasSuffix("compress=zlib-stream"))
                connection.hello()
                let identify = try #require(await connection.nextPayload())
                let data = try #require(identify.d as? [String: Any])
                #expect(identify.op == 2)
                #expect(data["token"] as? String == "token")
                #expect(data["shard"] as? [Int] == [0, 1])
                connection.ready(resume: bench.url)
                guard case .ready(let ready) = await bench.events.next() else {
                    Issue.record("no READY")
                    return
                }
                #expect(ready.sessionID == "s")
                connection.dispatch("PRESENCE_UPDATE", sequence: 2, "{}")
                connection.dispatch("NEVER_HEARD_OF", sequence: 3, "[1,2]")
                connection.dispatch("MESSAGE_DELETE", sequence: 4, #"{"id":"not a number"}"#)
                connection.deleteMessage(5, sequence: 5)
                #expect(await bench.events.next() == deletion(5))
                #expect(shard.statistics.phase == .ready)
                #expect(shard.statistics.ignored == ["PRESENCE_UPDATE": 1, "NEVER_HEARD_OF": 1])
            }
            #expect(shard.statistics.undecodable == 1)
            #expect(try #require(bench.sessions.load(shardID: 0)).sequence == 5)
        }
    }

    @Test("beats its heart on the clock, and at once when asked")
    func heartbeat() async throws {
        try await ScriptedGateway.serve { gateway in
            let bench = try ShardBench(gateway)
            try await bench.running(bench.shard()) {
                let connection = try #require(await gateway.connections.next())
                try await bench.makeReady(connection)
                _ = await bench.events.next()
                connection.send(text: #"{"op":1,"d":null}"#)
                #expect(try #require(await connection.nextPayload()).op == 1)
                while bench.clock.sleeperCount < 2 { await Task.yield() }
                bench.clock.advance(by: .seconds(30))
                #expect(try #require(await connection.nextPayload()).op == 1)
                connection.send(text: #"{"op":11}"#)
                connection.deleteMessage(7, sequence: 2)
                #expect(await bench.events.next() == deletion(7))
            }
        }
    }

    @Test("After a dropped socket it resumes at the address READY gave, and missed events come once each")
    func resumeAfterDrop() async throws {
        try await ScriptedGateway.serve { gateway in
            let bench = try ShardBench(gateway)
            let shard = bench.shard()
            try await bench.running(shard) {
                let first = try #require(await gateway.connections.next())
                try await bench.makeReady(first)
                _ = await bench.events.next()
                first.deleteMessage(1, sequence: 2)
                #expect(await bench.events.next() == deletion(1))
                first.drop()
                while shard.statistics.phase != .waiting { await Task.yield() }
                await bench.advance()
                let second = try #require(await gateway.connections.next())
                second.hello()
                let resume = try #require(await second.nextPayload())
                #expect(resume.op == 6)
                #expect((resume.d as? [String: Any])?["seq"] as? Int == 2)
                #expect((resume.d as? [String: Any])?["session_id"] as? String == "s")
                second.deleteMessage(1, sequence: 2)
                second.deleteMessage(2, sequence: 3)
                second.dispatch("RESUMED", sequence: 4, "{}")
                second.deleteMessage(3, sequence: 5)
                var seen: Set<GatewayEvent> = []
                for _ in 0..<3 { seen.insert(try #require(await bench.events.next())) }
                #expect(seen == [deletion(2), .resumed, deletion(3)])
            }
            #expect(shard.statistics.resumes == 1)
            #expect(shard.statistics.replays == 1)
        }
    }

    @Test("An interaction that comes twice under two sequences is handled once")
    func duplicateByID() async throws {
        let interaction = #"{"id":"77","application_id":"9","type":2,"token":"t","version":1}"#
        try await ScriptedGateway.serve { gateway in
            let bench = try ShardBench(gateway)
            let shard = bench.shard()
            try await bench.running(shard) {
                let connection = try #require(await gateway.connections.next())
                try await bench.makeReady(connection)
                _ = await bench.events.next()
                connection.dispatch("INTERACTION_CREATE", sequence: 2, interaction)
                guard case .interactionCreate(let first) = await bench.events.next() else {
                    Issue.record("no interaction")
                    return
                }
                #expect(first.id == .init(77))
                connection.dispatch("INTERACTION_CREATE", sequence: 3, interaction)
                connection.deleteMessage(1, sequence: 4)
                #expect(await bench.events.next() == deletion(1))
            }
            #expect(shard.statistics.replays == 1)
        }
    }

    @Test("A wrong token ends the run with a sentence that says where to get one")
    func wrongToken() async throws {
        try await ScriptedGateway.serve { gateway in
            let bench = try ShardBench(gateway)
            let shard = bench.shard()
            async let failure: (any Error)? = {
                do {
                    try await shard.run()
                    return nil
                } catch { return error }
            }()
            let connection = try #require(await gateway.connections.next())
            connection.hello()
            _ = await connection.nextPayload()
            connection.close(4_004)
            let error = try #require(await failure as? GatewayError)
            #expect(error.code == .wrongToken)
            #expect(error.description.contains("Reset Token"))
            #expect(gateway.connections.waiting.isEmpty)
        }
    }

    @Test("A slow handler holds up neither other events nor the heartbeat, up to the limit of events in hand")
    func slowHandler() async throws {
        try await ScriptedGateway.serve { gateway in
            var bench = try ShardBench(gateway)
            bench.configuration.maxEventsInFlight = 2
            let gate = Inbox<Void>()
            let begun = Inbox<GatewayEvent>()
            let shard = bench.shard { event, _ in
                {
                    begun.put(event)
                    if case .messageDelete = event { _ = await gate.next() }
                }
            }
            let clock = bench.clock
            try await bench.running(shard) {
                let connection = try #require(await gateway.connections.next())
                try await bench.makeReady(connection)
                _ = await begun.next()
                for id in 1...4 { connection.deleteMessage(id, sequence: id + 1) }
                var running: Set<GatewayEvent> = []
                for _ in 0..<2 { running.insert(try #require(await begun.next())) }
                #expect(running == [deletion(1), deletion(2)])
                while clock.sleeperCount < 2 { await Task.yield() }
                clock.advance(by: .seconds(30))
                let beat = try #require(await connection.nextPayload())
                #expect(beat.op == 1)
                #expect(beat.d as? Int == 1, "what is in hand has not been handled")
                for _ in 0..<4 { gate.put(()) }
                for _ in 0..<2 { running.insert(try #require(await begun.next())) }
                #expect(running == [deletion(1), deletion(2), deletion(3), deletion(4)])
            }
        }
    }
}
