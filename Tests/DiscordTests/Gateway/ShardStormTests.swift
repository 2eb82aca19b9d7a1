import DiscordModels
import Support
import Synchronization
import Testing

@testable import Discord

/// Many shards at once on a gateway that makes trouble all the time, with handlers that are slower than what comes.
@Suite("Shards in a storm", .timeLimit(.minutes(20)))
struct ShardStormTests {
    private static let last = 600

    /// What the handlers of all shards have finished: how often, by shard and message.
    private final class Done: Sendable {
        private let counts = Mutex<[Int: [UInt64: Int]]>([:])

        func add(_ id: UInt64, of shard: Int) { counts.withLock { $0[shard, default: [:]][id, default: 0] += 1 } }

        func messages(of shard: Int) -> Set<UInt64> { counts.withLock { Set($0[shard, default: [:]].keys) } }

        var repeated: Int { counts.withLock { $0.values.reduce(0) { $0 + $1.values.reduce(0) { $0 + $1 - 1 } } } }
    }

    private func benches(_ gateway: ScriptedGateway, _ count: Int) throws -> [ShardBench] {
        try (0..<count).map { id in
            var bench = try ShardBench(gateway)
            bench.configuration.shardID = id
            bench.configuration.shardCount = count
            bench.configuration.maxEventsInFlight = 1 + id % 3
            return bench
        }
    }

    /// Some events ask for nothing, some for a moment's work, some for much.
    private func shard(_ bench: ShardBench, _ done: Done) -> Shard {
        bench.shard { event, context in
            guard case .messageDelete(let deletion) = event else { return nil }
            let id = deletion.id.rawValue
            guard id % 3 != 0 else {
                done.add(id, of: context.shardID)
                return nil
            }
            return {
                for _ in 0..<(id % 5) * 10 { await Task.yield() }
                try Task.checkCancellation()
                done.add(id, of: context.shardID)
            }
        }
    }

    /// Runs shards until the condition holds, then cancels them; time passes for a shard while it waits to connect again.
    private func run(_ shards: [Shard], _ benches: [ShardBench], until isEnough: () -> Bool) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for shard in shards { group.addTask { try await shard.run() } }
            while !isEnough() {
                for (shard, bench) in zip(shards, benches) where shard.statistics.phase == .waiting {
                    if let deadline = bench.clock.nextDeadline { bench.clock.advance(by: deadline - bench.clock.now()) }
                }
                await Task.yield()
            }
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    @Test("Whatever happens to their sockets, however slow their handlers, each event is handled once and every shard ends")
    func onceEach() async throws {
        try await ScriptedGateway.serve { gateway in
            let storm = StormyGateway(gateway, last: Self.last)
            try await storm.serving {
                let benches = try benches(gateway, 8)
                let done = Done()
                let all = Set((2...UInt64(Self.last)))
                try await run(benches.map { shard($0, done) }, benches) { benches.indices.allSatisfy { done.messages(of: $0) == all } }
                #expect(done.repeated == 0)
            }
            #expect(storm.connections > 3 * 8)
        }
    }

    @Test("Cancelled again and again in the middle of it, they end each time, and the next process loses no event")
    func leaving() async throws {
        try await ScriptedGateway.serve { gateway in
            let storm = StormyGateway(gateway, last: Self.last)
            try await storm.serving {
                let benches = try benches(gateway, 8)
                let done = Done()
                let all = Set((2...UInt64(Self.last)))
                var isDone = false
                while !isDone {
                    let connections = storm.connections
                    try await run(benches.map { shard($0, done) }, benches) {
                        isDone = benches.indices.allSatisfy { done.messages(of: $0) == all }
                        return isDone || storm.connections > connections + 24
                    }
                }
            }
        }
    }
}
