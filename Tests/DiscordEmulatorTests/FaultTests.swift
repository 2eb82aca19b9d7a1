import AsyncHTTPClient
import DiscordModels
import NIOCore
import NIOHTTP1
import OrderedCollections
import Synchronization
import Testing

@testable import DiscordEmulator

@Suite("Faults and the control API over sockets", .timeLimit(.minutes(10)))
struct FaultTests {
    static let messages = "POST /channels/{channel_id}/messages"

    @Test("requests are refused, lost before or after they were done, or cut in half")
    func rest() async throws {
        try await withEmulator { server in
            let bot = RawBot(address: try await server.address())
            let control = server.control
            let path = "/channels/\(EmulatorControl.general)/messages"
            control.make(.error(status: 503, route: Self.messages))
            #expect(try await bot.call("POST", path, ["content": "refused"]).status == 503)
            control.make(.dropRequest(route: Self.messages))
            await #expect(throws: (any Error).self) { try await bot.call("POST", path, ["content": "lost"]) }
            control.make(.dropResponse(route: Self.messages))
            await #expect(throws: (any Error).self) { try await bot.call("POST", path, ["content": "done"]) }
            control.make(.halfResponse(route: Self.messages))
            await #expect(throws: (any Error).self) { try await bot.call("POST", path, ["content": "half"]) }
            control.make(.rateLimit(retryAfter: .milliseconds(1_500), route: Self.messages))
            #expect(try await bot.call("POST", path, ["content": "limited"]).json["retry_after"]?.double == 1.5)
            #expect(try control.messages().map(\.content) == ["half", "done"])
            #expect(control.requestCounts[Self.messages] == 5)
        }
    }

    @Test("sockets are cut, told to reconnect, and the whole of Discord goes down and comes back")
    func gateway() async throws {
        try await withEmulator { server in
            let address = try await server.address()
            let control = server.control
            let first = try await RawSocket.connect(address)
            first.identify()
            #expect(await control.waitUntilOnline())
            control.make(.reconnect)
            #expect(await first.until("op 7") != nil)
            control.make(.invalidSession(resumable: false))
            #expect(await first.until("op 9")?["d"] == false)
            control.make(.disconnect(code: 4000))
            #expect(await first.closeCode() == 4000)
            let second = try await RawSocket.connect(address)
            control.make(.down(.seconds(600)))
            #expect(await second.closeCode() == nil)
            await #expect(throws: (any Error).self) { try await RawBot(address: address).call("GET", "/gateway") }
            control.advance(by: .seconds(601))
            #expect(try await RawBot(address: address).call("GET", "/gateway").status == 200)
        }
    }

    @Test("the hook sees each exchange before and after it is done")
    func hook() async throws {
        let seen = Mutex<[String]>([])
        var configuration = EmulatorConfiguration()
        configuration.onExchange = { exchange in
            seen.withLock { $0.append("\(exchange.number) \(exchange.phase) \(exchange.method) \(exchange.route)") }
        }
        try await withEmulator(configuration) { server in
            _ = try await RawBot(address: try await server.address()).call("GET", "/users/@me")
        }
        #expect(seen.withLock { $0 } == ["1 before GET /users/@me", "1 after(status: 200) GET /users/@me"])
    }

    @Test("the control API plays a person, streams what happens, and waits for an answer")
    func control() async throws {
        try await withEmulator { server in
            let bot = RawBot(address: try await server.address())
            let state = try await bot.send("GET", "/_emulator/state", nil).json
            #expect(state["me"]?["username"] == "you")
            let channel = try #require(state["guilds"]?.array?.first?["channels"]?.array?.first { $0["name"] == "general" })
            #expect(channel["can_send"] == true)
            let application = state["applications"]?.array?.first?["id"]?.string ?? ""
            _ = try await bot.call("PUT", "/applications/\(application)/commands", [["name": "hi", "description": "Says hi"]])

            let listening = HTTPClientRequest(url: bot.address + "/_emulator/events")
            let stream = try await HTTPClient.shared.execute(listening, timeout: .seconds(20))
            var pieces = stream.body.makeAsyncIterator()
            var heard = ""
            func hear(_ text: String) async throws {
                while !heard.contains(text), let piece = try await pieces.next() { heard += String(buffer: piece) }
                #expect(heard.contains(text))
            }
            try await hear("event: hello")
            let said: JSON = [
                "channel_id": channel["id"] ?? "", "content": "with a file",
                "attachments": [["filename": "a.txt", "content_type": "text/plain", "data": "aGVsbG8="]],
            ]
            let message = try await bot.send("POST", "/_emulator/messages", (said.bytes, "application/json")).json
            #expect(message["attachments"]?.array?.first?["size"] == 5)
            try await hear("event: message_create")

            let body: JSON = ["channel_id": channel["id"] ?? "", "name": "hi", "nonce": "mine"]
            let started = try await bot.send("POST", "/_emulator/interactions/command", (body.bytes, "application/json")).json
            let id = try #require(started["id"]?.string)
            try await hear("\"state\":\"pending\"")
            let token = server.core.step { state in ID(id).flatMap { state.world.interactions[$0]?.token } } ?? ""
            async let settled = bot.send("GET", "/_emulator/interactions/\(id)?settle=1&contains=Hi", nil).json
            let answer = try await bot.call("POST", "/interactions/\(id)/\(token)/callback", ["type": 4, "data": ["content": "Hi!"]])
            #expect(answer.status == 204)
            #expect(try await settled["message"]?["content"] == "Hi!")
            try await hear("\"state\":\"answered\"")

            let wrong = try await bot.send("POST", "/_emulator/messages?as=1", (said.bytes, "application/json"))
            #expect(wrong.status == 404)
            #expect(wrong.json["field"] == "as")
            let log = try await bot.send("GET", "/_emulator/traffic", nil).json
            #expect(log["exchanges"]?.array?.count == 2)
            #expect(log["exchanges"]?.array?.last?["route"] == "/interactions/{interaction_id}/{interaction_token}/callback")
        }
    }

    @Test("other web sites cannot reach it: neither by their origin nor by a name of theirs")
    func strangers() async throws {
        try await withEmulator { server in
            let bot = RawBot(address: try await server.address())
            #expect(try await bot.send("GET", "/_emulator/state", nil, headers: [("Origin", "https://elsewhere.example")]).status == 403)
            #expect(try await bot.send("GET", "/_emulator/state", nil, headers: [("Host", "elsewhere.example")]).status == 403)
            #expect(try await bot.send("GET", "/_emulator/state", nil, headers: [("Origin", bot.address)]).status == 200)
        }
    }

    @Test("the page is served, and nothing beside it")
    func page() async throws {
        try await withEmulator { server in
            let bot = RawBot(address: try await server.address())
            let page = try await bot.send("GET", "/", nil)
            #expect(page.status == 200)
            #expect(page.headers.first(name: "content-type") == "text/html; charset=utf-8")
            for path in ["/../README.md", "/%2e%2e/README.md", "/..%2fREADME.md", "/.hidden", "/nothing"] {
                #expect(try await bot.send("GET", path, nil).status == 404, "\(path)")
            }
        }
    }

    @Test("it stops at once with sockets and pages open, and tells the bots")
    func stop() async throws {
        let socket = try await withEmulator { server in
            let address = try await server.address()
            let socket = try await RawSocket.connect(address)
            socket.identify()
            #expect(await server.control.waitUntilOnline())
            _ = try await HTTPClient.shared.execute(HTTPClientRequest(url: address + "/_emulator/events"), timeout: .seconds(20))
            return socket
        }
        #expect(await socket.closeCode() == 1001)
    }
}
