import DiscordModels
import Foundation
import NIOCore
import Support
import Testing

@testable import Discord

@Suite("The gateway's small rules")
struct GatewayRulesTests {
    @Test("Shards of one key identify five seconds apart, of different keys together")
    func identifyKeys() {
        let limit = SessionStartLimit(total: 1_000, remaining: 1_000, resetAfter: 86_400_000, maxConcurrency: 2)
        var gate = IdentifyGate(limit, at: at(0))
        #expect(gate.reserve(shard: 0, at: at(0)) == at(0))
        #expect(gate.reserve(shard: 1, at: at(0)) == at(0))
        #expect(gate.reserve(shard: 2, at: at(0)) == at(5.25))
        #expect(gate.reserve(shard: 3, at: at(1)) == at(5.25))
        #expect(gate.reserve(shard: 4, at: at(1)) == at(10.5))
        #expect(gate.reserve(shard: 0, at: at(100)) == at(100))
    }

    @Test("With no identifies left the gate waits for the reset instead of losing the token")
    func identifyBudget() {
        let limit = SessionStartLimit(total: 3, remaining: 1, resetAfter: 600_000, maxConcurrency: 1)
        var gate = IdentifyGate(limit, at: at(0))
        #expect(gate.reserve(shard: 0, at: at(0)) == at(0))
        #expect(gate.reserve(shard: 0, at: at(10)) == at(600))
        #expect(gate.reserve(shard: 0, at: at(10)) == at(605.25))
        #expect(gate.reserve(shard: 0, at: at(10)) == at(610.5))
        #expect(gate.reserve(shard: 0, at: at(10)) == at(600 + 86_400))
    }

    @Test("In no window of sixty seconds do more than 120 payloads go, however they are mixed")
    func sendWindow() {
        var limiter = SendLimiter()
        var sent: [Double] = []
        var now = 0.0
        while now < 400 {
            // Ordinary payloads as fast as allowed, a heartbeat every ten seconds regardless.
            while limiter.nextSlot(from: at(now)) <= at(now) {
                limiter.record(at: at(now))
                sent.append(now)
            }
            limiter.record(at: at(now))
            sent.append(now)
            now += 10
        }
        for start in sent { #expect(sent.count { $0 >= start && $0 < start + 60 } <= SendLimiter.limit) }
        #expect(sent.count > 600, "the limit is used")
    }

    @Test("The saved sequence passes an event only when its handling has ended")
    func sequences() {
        var tracker = SequenceTracker()
        tracker.begin(at: 10)
        #expect(tracker.handled == 10)
        let first = tracker.started(11)
        tracker.passed(12)
        let second = tracker.started(13)
        tracker.passed(14)
        #expect(tracker.handled == 10)
        tracker.finished(second)
        #expect(tracker.handled == 10)
        tracker.finished(first)
        #expect(tracker.handled == 14)
        let late = tracker.started(15)
        tracker.begin(at: 0)
        tracker.passed(1)
        let current = tracker.started(15)
        tracker.finished(late)
        #expect(tracker.handled == 14, "an old session's end moves nothing")
        tracker.finished(current)
        #expect(tracker.handled == 15)
    }

    @Test("Ids are remembered within a window and then forgotten")
    func recentIDs() {
        var recent = RecentIDs<Int>(capacity: 3)
        var isNew: [Bool] = []
        for id in [1, 2, 3, 1, 4, 1, 3] { isNew.append(recent.insert(id)) }
        #expect(isNew == [true, true, true, false, true, true, false])
    }

    @Test(
        "Addresses keep their host, port and path and ask for version 10, JSON and the compression",
        arguments: [
            ("wss://gateway.discord.gg", "gateway.discord.gg", 443, "/?v=10&encoding=json&compress=zlib-stream", "gateway.discord.gg"),
            ("wss://gateway.discord.gg/", "gateway.discord.gg", 443, "/?v=10&encoding=json&compress=zlib-stream", "gateway.discord.gg"),
            ("ws://127.0.0.1:8085/gateway", "127.0.0.1", 8085, "/gateway?v=10&encoding=json&compress=zlib-stream", "127.0.0.1:8085"),
            ("ws://[::1]:99/g?a=b", "::1", 99, "/g?a=b&v=10&encoding=json&compress=zlib-stream", "[::1]:99"),
        ])
    func addresses(text: String, host: String, port: Int, target: String, header: String) throws {
        let address = try GatewayAddress(text)
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(address.upgradeTarget(.zlibStream) == target)
        #expect(address.hostHeader == header)
        #expect(try GatewayAddress(address.description) == address)
    }

    @Test("What is no gateway's address is refused", arguments: ["", "gateway.discord.gg", "https://discord.com", "ws://", "ws://h:99999"])
    func badAddresses(text: String) {
        #expect(throws: GatewayError.self) { try GatewayAddress(text) }
    }

    @Test("Identify names the intents and the shard; a payload over 4096 bytes never leaves; the token cannot print")
    func outgoing() throws {
        let outgoing = GatewayOutgoing(
            token: Secret("abc"), intents: [.guilds, .guildMessages], shardID: 1, shardCount: 4, presence: GatewayPresence())
        let identify = String(buffer: try outgoing.encode(.identify))
        let object = try #require(try JSONSerialization.jsonObject(with: Data(identify.utf8)) as? [String: Any])
        let data = try #require(object["d"] as? [String: Any])
        #expect(object["op"] as? Int == 2)
        #expect(data["token"] as? String == "abc")
        #expect(data["intents"] as? Int == 513)
        #expect(data["shard"] as? [Int] == [1, 4])
        #expect(((data["presence"] as? [String: Any])?["since"]) is NSNull)
        #expect(!"\(outgoing)".contains("abc"))
        #expect(String(buffer: try outgoing.encode(.heartbeat(sequence: nil))) == #"{"op":1,"d":null}"#)
        #expect(String(buffer: try outgoing.encode(.heartbeat(sequence: 42))) == #"{"op":1,"d":42}"#)
        let wide = GatewayPresence(activities: [.init(kind: .custom, name: "x", state: String(repeating: "a", count: 4_100))])
        #expect(throws: GatewayError.self) { try GatewayOutgoing.encode(.presenceUpdate, wide) }
    }
}
