import OrderedCollections
import Support
import Testing

@testable import DiscordEmulator

@Suite("How often one may identify", .timeLimit(.minutes(10)))
struct SessionStartTests {
    @Test("shards of one bucket identify one after the other, those of different buckets at once")
    func concurrency() async throws {
        let stage = Stage {
            $0.maxConcurrency = 2
            $0.enforcesIdentifyPause = true
        }
        func identify(_ shard: Int64) async -> Line {
            let line = stage.connect()
            _ = await line.until("op 10")
            line.identify(intents: 0, shard: [.int(shard), 4])
            return line
        }
        #expect(await identify(0).until("READY") != nil)
        #expect(await identify(1).until("READY") != nil)
        let early = await identify(2)
        #expect(await early.until("op 9")?["d"] == false)
        stage.clock.advance(by: .seconds(5))
        early.identify(intents: 0, shard: [2, 4])
        #expect(await early.until("READY")?["d"]?["shard"] == [2, 4])
        let limit = stage.call("GET", "/gateway/bot").json["session_start_limit"]
        #expect(limit?["max_concurrency"] == 2)
        #expect(limit?["remaining"] == 997)
        #expect((limit?["reset_after"]?.int ?? 0) > 0)
    }

    @Test("the intents are taken that libraries ask for by default", arguments: [53_739_261, 53_608_447, 3_276_541, 33_281] as [Int64])
    func intents(bits: Int64) async {
        let line = Stage().connect()
        line.identify(intents: bits)
        #expect(await line.until("READY") != nil)
    }

    @Test("who identifies more often than the day allows loses every session")
    func budget() async throws {
        let stage = Stage { $0.identifiesPerDay = 2 }
        let first = stage.connect()
        first.identify(intents: 0)
        let second = stage.connect()
        second.identify(intents: 0)
        _ = await second.until("READY")
        let third = stage.connect()
        third.identify(intents: 0)
        #expect(await third.closeCode() == 4004)
        #expect(await first.closeCode() == 4004)
        #expect(stage.control.gatewayCounts.sessions == 0)
        stage.clock.advance(by: .seconds(86_401))
        let next = stage.connect()
        next.identify(intents: 0)
        #expect(await next.until("READY") != nil)
    }

    @Test("too many guilds for one shard, a version that is not served, a sequence never sent: each has its code")
    func codes() async throws {
        let stage = Stage { $0.guildsPerShard = 1 }
        _ = stage.core.step { $0.world.makeGuild(named: "Second", by: World.firstHuman) }
        let alone = stage.connect()
        alone.identify(intents: 0)
        #expect(await alone.closeCode() == 4011)
        let sharded = stage.connect()
        sharded.identify(intents: 0, shard: [0, 2])
        let session = try #require(await sharded.until("READY")?["d"]?["session_id"]?.string)
        let old = stage.connect("/gateway?v=6&encoding=json")
        old.identify(intents: 0)
        #expect(await old.closeCode() == 4012)
        sharded.drop()
        let liar = stage.connect()
        liar.send(["op": 6, "d": ["token": "any-token", "session_id": .string(session), "seq": 99]])
        #expect(await liar.closeCode() == 4007)
    }
}
