import OrderedCollections
import Support
import Testing

@testable import DiscordEmulator

@Suite("What the inspector shows")
struct InspectorTests {
    @Test("frames both ways are kept with their socket and bot, and tokens are not shown")
    func frames() async throws {
        let stage = Stage()
        let line = stage.connect()
        line.identify(token: "very-secret")
        _ = await line.until("READY")
        line.send(["op": 1, "d": 1])
        line.drop()
        let entries = stage.core.step { $0.hub.frames.list(after: 0, limit: 100) }
        let shown = FrameLog.shown(entries, after: 0)
        let frames = try #require(shown["frames"]?.array)
        #expect(frames.first?["event"] == "open")
        #expect(frames.last?["event"] == "close")
        #expect(frames.last?["by"] == "bot")
        let identify = try #require(frames.first { $0["op"] == 2 })
        #expect(identify["event"] == "received")
        #expect(identify["d"]?["token"] == "(hidden)")
        #expect(!shown.text.contains("very-secret"))
        let ready = try #require(frames.first { $0["t"] == "READY" })
        #expect(ready["application_id"]?.string == stage.application && ready["s"] == 1)
        #expect(frames.contains { $0["op"] == 11 })
        let after = ready["n"]?.int ?? 0
        #expect(stage.core.step { $0.hub.frames.list(after: Int(after), limit: 1) }.first?.number == Int(after) + 1)
    }

    @Test("only the last frames are kept")
    func bound() {
        var log = FrameLog()
        for n in 1...5_000 { log.add(.sent([UInt8(n % 250)]), connection: 1, application: nil, at: .init(millisecondsSinceEpoch: 0)) }
        #expect(log.list(after: 0, limit: 10_000).map(\.number) == Array(3_001...5_000))
        #expect(log.list(after: 4_998, limit: 10).map(\.number) == [4_999, 5_000])
        #expect(log.list(after: 9_000, limit: 10).isEmpty)
        for _ in 1...20 {
            log.add(.sent([UInt8](repeating: 0, count: 1 << 20)), connection: 1, application: nil, at: .init(millisecondsSinceEpoch: 0))
        }
        #expect(log.list(after: 0, limit: 10_000).count <= 16)
    }

    @Test("buckets are shown with how full they are, exchanges with who asked and which fault hit")
    func buckets() throws {
        let stage = Stage { $0.enforcesRateLimits = true }
        stage.control.make(.error(status: 500))
        for _ in 0..<3 { stage.say(["content": "x"]) }
        let shown = stage.core.step { $0.limiter.shown(at: $0.now) }
        let bucket = try #require(shown["buckets"]?.array?.first)
        #expect(bucket["route"] == "POST /channels/{channel_id}/messages")
        #expect(bucket["used"] == 3)
        #expect(shown["global"]?.array?.first?["used"] == 3)
        let exchanges = stage.core.step { $0.traffic.shown(after: 0, limit: 10) }["exchanges"]?.array
        #expect(exchanges?.first?["faults"] == ["error"])
        #expect(exchanges?.last?["caller_id"]?.string == stage.application)
    }
}
