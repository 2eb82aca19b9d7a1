import DiscordModels
import OrderedCollections
import Support
import Testing

@testable import DiscordEmulator

@Suite("Time", .timeLimit(.minutes(10)))
struct TimeTests {
    @Test("a person learns by itself, after three seconds, that the application did not respond")
    func alarm() async throws {
        let clock = ManualClock()
        try await withEmulator(clock: clock) { server in
            let bot = RawBot(address: try await server.address())
            let application = "\(EmulatorControl.application)"
            _ = try await bot.call("PUT", "/applications/\(application)/commands", [["name": "hi", "description": "d"]])
            let control = server.control
            let id = try control.slash("hi")
            async let outcome = control.settle(id, atMost: .seconds(600))
            // The alarm's sleeper and the waiter's.
            while clock.sleeperCount < 2 { await Task.yield() }
            clock.advance(by: .milliseconds(3_002))
            #expect(try await outcome.state == .failed)
        }
    }

    @Test("setting the clock forward lets deadlines pass and addresses of files expire")
    func forward() throws {
        let stage = Stage()
        let id = try stage.control.say("file", files: [.init(name: "a.png", bytes: SliceTests.png)])
        let shown = stage.core.step { state in state.world.messages[ID(id.rawValue)].map { state.world.show($0) } }
        let address = try #require(shown?["attachments"]?.array?.first?["url"]?.string)
        let target = RequestTarget(String(address.dropFirst("http://127.0.0.1".count)))
        func isServed() -> Bool {
            stage.core.step {
                $0.world.accepts(
                    path: "/" + target.segments.joined(separator: "/"), expires: target.query["ex"] ?? "", issued: target.query["is"] ?? "",
                    signature: target.query["hm"] ?? "")
            }
        }
        #expect(isServed())
        let interaction = try stage.interaction()
        stage.control.advance(by: .seconds(24 * 3_600))
        #expect(!isServed())
        #expect(stage.now(interaction)?.state == .failed)
    }

    @Test(
        "moments are written as Discord writes them",
        arguments: [
            (0, "1970-01-01T00:00:00.000000+00:00"), (951_782_400_007, "2000-02-29T00:00:00.007000+00:00"),
            (1_795_244_399_999, "2026-11-21T06:59:59.999000+00:00"), (-1, "1969-12-31T23:59:59.999000+00:00"),
        ])
    func text(milliseconds: Int64, expected: String) {
        #expect(Timestamp(millisecondsSinceEpoch: milliseconds).discordText == expected)
    }

    @Test("ids only grow, also when the clock steps back, and carry their moment")
    func ids() {
        var mint = IDMint()
        let moment = Timestamp(millisecondsSinceEpoch: 1_700_000_000_000)
        let first = mint.next(at: moment)
        #expect(first.moment == moment)
        #expect(mint.next(at: moment) > first)
        #expect(mint.next(at: moment - .seconds(60)) > first)
    }
}
