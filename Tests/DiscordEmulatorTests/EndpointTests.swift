import DiscordModels
import OrderedCollections
import Support
import Testing

@testable import DiscordEmulator

@Suite("Interactions over HTTP", .timeLimit(.minutes(10)))
struct EndpointTests {
    @Test("an endpoint that checks signatures is taken, gets the interactions, and its answer is the callback")
    func story() async throws {
        try await withEmulator { server in
            let bot = RawBot(address: try await server.address())
            let shown = try await bot.call("GET", "/applications/@me").json
            let key = try #require(shown["verify_key"]?.string)
            let application = try #require(shown["id"]?.string)
            let answer: TinyEndpoint.Answer = { request in
                guard request.isSigned(by: key) else { return (401, ["error": "signature"]) }
                switch request.json["data"]?["name"]?.string {
                case nil: return (200, ["type": 1])
                case "later": return (202, .null)
                case "broken": return (500, .null)
                case "wrong": return (200, ["type": 4, "data": ["content": .string(String(repeating: "x", count: 2_001))]])
                default: return (200, ["type": 4, "data": ["content": "Answered over HTTP"]])
                }
            }
            try await TinyEndpoint.run(answer) { url in
                let names = ["now", "later", "broken", "wrong"]
                _ = try await bot.call(
                    "PUT", "/applications/\(application)/commands", .array(names.map { ["name": .string($0), "description": "x"] }))
                let set = try await bot.call("PATCH", "/applications/@me", ["interactions_endpoint_url": .string(url)])
                #expect(set.json["interactions_endpoint_url"]?.string == url)

                let socket = try await RawSocket.connect(bot.address)
                socket.identify()
                _ = await socket.until("GUILD_CREATE")
                let control = server.control
                let now = try await control.settle(control.slash("now"))
                #expect(now.message?.content == "Answered over HTTP")
                let broken = try await control.settle(control.slash("broken"))
                #expect(broken.state == .failed)
                #expect(try await control.settle(control.slash("wrong")).state == .failed)
                try control.say("last")
                let first = await socket.until("MESSAGE_CREATE")
                #expect(first?["d"]?["content"] == "Answered over HTTP", "the gateway has messages and no interactions")

                let later = try control.slash("later")
                let token = server.core.step { $0.world.interactions[ID(later.rawValue)]?.token } ?? ""
                let callback = try await bot.call(
                    "POST", "/interactions/\(later)/\(token)/callback", ["type": 4, "data": ["content": "by REST"]])
                #expect(callback.status == 204)
                #expect(server.core.step { $0.traffic.exchanges.contains { $0.isOutgoing && $0.status == 500 } })
                socket.kill()
            }
        }
    }

    @Test("an endpoint that answers anything to anybody, or nothing, is refused")
    func refused() async throws {
        try await withEmulator { server in
            let bot = RawBot(address: try await server.address())
            try await TinyEndpoint.run({ _ in (200, ["type": 1]) }) { url in
                let careless = try await bot.call("PATCH", "/applications/@me", ["interactions_endpoint_url": .string(url)])
                #expect(careless.status == 400)
                #expect(careless.json["errors"]?["interactions_endpoint_url"]?["_errors"] != nil)
            }
            for url in ["http://127.0.0.1:9/", "http://example.com/", "nonsense"] {
                let answer = try await bot.call("PATCH", "/applications/@me", ["interactions_endpoint_url": .string(url)])
                #expect(answer.status == 400, "\(url)")
            }
            #expect(try await bot.call("PATCH", "/applications/@me", ["interactions_endpoint_url": .null]).status == 200)
        }
    }
}
