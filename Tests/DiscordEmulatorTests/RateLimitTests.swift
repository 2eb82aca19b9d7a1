import OrderedCollections
import Support
import Testing

@testable import DiscordEmulator

@Suite("Rate limits")
struct RateLimitTests {
    let stage = Stage { $0.enforcesRateLimits = true }

    @Test("each channel has its own bucket, of one hash, and the sixth message in five seconds waits")
    func bucket() throws {
        for left in (0..<5).reversed() {
            let answer = stage.say(["content": "x"])
            #expect(answer.headers["X-RateLimit-Remaining"] == "\(left)")
            #expect(answer.headers["X-RateLimit-Limit"] == "5")
        }
        let refused = stage.say(["content": "x"])
        #expect(refused.status == 429)
        #expect(refused.json["retry_after"]?.double == 5)
        #expect(refused.json["global"] == false)
        #expect(refused.headers["Retry-After"] == "5")
        #expect(refused.headers["X-RateLimit-Scope"] == "user")
        let elsewhere = stage.call("POST", "/channels/\(World.pictures)/messages", ["content": "x"])
        #expect(elsewhere.status == 200)
        #expect(elsewhere.headers["X-RateLimit-Bucket"] == refused.headers["X-RateLimit-Bucket"])
        stage.clock.advance(by: .seconds(5))
        #expect(stage.say(["content": "x"]).status == 200)
    }

    @Test("fifty requests a second are the global limit, which interactions do not count to")
    func global() throws {
        let interaction = try stage.interaction()
        stage.clock.advance(by: .seconds(1))
        var refused: Stage.Answer?
        for n in 0..<51 {
            let answer = stage.call("GET", "/guilds/\(n)")
            if answer.headers["X-RateLimit-Scope"] == "global" { refused = answer }
        }
        #expect(refused?.json["global"] == true)
        #expect(refused?.headers["X-RateLimit-Global"] == "true")
        #expect(stage.acknowledge(interaction, ["type": 5]).status == 204)
    }

    @Test("a channel's webhooks share a limit that no header tells")
    func hidden() {
        var shared: Stage.Answer?
        for _ in 0..<8 {
            let hook = stage.call("POST", "/channels/\(Stage.general)/webhooks", ["name": "h"]).json
            let address = "/webhooks/\(hook["id"]?.string ?? "")/\(hook["token"]?.string ?? "")"
            for _ in 0..<5 {
                let answer = stage.call("POST", address, ["content": "x"])
                if answer.status == 429, shared == nil { shared = answer }
            }
            stage.clock.advance(by: .seconds(2))
        }
        #expect(shared?.headers["X-RateLimit-Scope"] == "shared")
        #expect(shared?.headers["X-RateLimit-Remaining"] != "0")
    }

    @Test("invalid requests are counted, and too many of them close the door")
    func invalid() {
        let strict = Stage {
            $0.enforcesRateLimits = true
            $0.invalidRequestLimit = 20
            $0.token = .init("right")
        }
        for _ in 0..<20 { #expect(strict.call("GET", "/users/@me", token: "wrong").status == 401) }
        #expect(strict.call("GET", "/users/@me", token: "right").status == 429)
        strict.clock.advance(by: .seconds(601))
        #expect(strict.call("GET", "/users/@me", token: "right").status == 200)
    }

    @Test("switched off there are none")
    func off() {
        stage.control.setRateLimits(enabled: false)
        for _ in 0..<100 { #expect(stage.say(["content": "x"]).status == 200) }
    }
}
