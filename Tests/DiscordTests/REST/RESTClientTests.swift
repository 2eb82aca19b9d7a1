import DiscordModels
import Foundation
import Support
import Testing

@testable import Discord

@Suite("REST client")
struct RESTClientTests {
    static let message = """
        {"id":"9","channel_id":"1","author":{"id":"2","username":"troupe"},"content":"hi","timestamp":"2026-01-01T00:00:00+00:00","type":0,
         "attachments":[],"embeds":[]}
        """

    @Test("a call bears the token, the agent Discord demands, and JSON that pings nobody")
    func request() async throws {
        let transport = ScriptedTransport([.status(200, Self.message)])
        let message = try await RESTClient.scripted(transport)
            .createMessage(in: ChannelID(1), OutgoingMessage(content: "hi @everyone", nonce: "77"))
        #expect(message.id == MessageID(9))
        let request = try #require(transport.requests.first)
        #expect(request.method == .post && request.url == "http://discord.test/api/v10/channels/1/messages")
        let headers = Dictionary(uniqueKeysWithValues: request.headers.map { ($0.name, $0.value) })
        #expect(headers["Authorization"] == "Bot \(RESTClient.testToken)")
        #expect(headers["User-Agent"]?.hasPrefix("DiscordBot (") == true)
        #expect(headers["Content-Type"] == "application/json")
        let json = try #require(try JSONSerialization.jsonObject(with: Data(request.body ?? [])) as? [String: Any])
        #expect((json["allowed_mentions"] as? [String: [String]]) == ["parse": []])
        #expect(json["enforce_nonce"] as? Bool == true)
    }

    @Test("answers to interactions do not show the bot's token")
    func noTokenOnPath() async throws {
        let transport = ScriptedTransport([])
        try await RESTClient.scripted(transport).respond(
            to: InteractionID(5), token: Secret("a/b"), with: .deferredMessage(ephemeral: false))
        let request = try #require(transport.requests.first)
        #expect(request.url.hasSuffix("/interactions/5/a%2Fb/callback"))
        #expect(!request.headers.contains { $0.name == "Authorization" })
    }

    @Test("Discord's refusal is an error with its code and its fields, and without a token")
    func refusal() async throws {
        let transport = ScriptedTransport([
            .status(
                400,
                """
                {"code":50035,"message":"Invalid Form Body","errors":{"embeds":{"0":{"title":{"_errors":[{"code":"BASE_TYPE_MAX_LENGTH",
                "message":"Must be 256 or fewer in length."}]}}}}}
                """)
        ])
        let error = try #require(
            await #expect(throws: DiscordAPIError.self) {
                try await RESTClient.scripted(transport)
                    .editOriginalResponse(application: ApplicationID(3), token: Secret("tokentoken"), MessageEdit(content: "x"))
            })
        #expect(error.kind == .refused && error.status == 400 && error.code == .invalidForm)
        #expect(error.fieldErrors.map(\.path) == ["embeds[0].title"])
        var dumped = ""
        dump(error, to: &dumped)
        for text in ["\(error)", String(reflecting: error), dumped] { #expect(!text.contains("tokentoken")) }
        #expect("\(error)".contains("PATCH /webhooks/{application}/{token}/messages/{message}"))
    }

    @Test("a payload over a bound is refused before the wire")
    func invalidPayload() async throws {
        let transport = ScriptedTransport([])
        let error = await #expect(throws: DiscordAPIError.self) {
            try await RESTClient.scripted(transport)
                .createMessage(in: ChannelID(1), OutgoingMessage(content: String(repeating: "x", count: 2_001)))
        }
        #expect(error?.kind == .invalidPayload && transport.requests.isEmpty)
    }

    @Test("faults of the server are met with further tries where that does no harm", arguments: [500, 502, 503])
    func serverFault(status: Int) async throws {
        let transport = ScriptedTransport([.status(status), .noAnswer, .status(200, Self.message)])
        let clock = ImpatientClock()
        _ = try await RESTClient.scripted(transport, clock: clock)
            .createMessage(in: ChannelID(1), OutgoingMessage(content: "hi", nonce: "1"))
        #expect(transport.requests.count == 3)
        #expect(clock.waited >= .milliseconds(750))
    }

    @Test("a message without a nonce is not sent twice when nobody knows whether it arrived")
    func notRepeatable() async throws {
        for answer in [ScriptedTransport.Answer.noAnswer, .status(502)] {
            let transport = ScriptedTransport([answer])
            let error = await #expect(throws: DiscordAPIError.self) {
                try await RESTClient.scripted(transport).createMessage(in: ChannelID(1), OutgoingMessage(content: "hi"))
            }
            #expect(error?.isTransient == true && transport.requests.count == 1)
        }
        let transport = ScriptedTransport([.notSent, .status(200, Self.message)])
        _ = try await RESTClient.scripted(transport).createMessage(in: ChannelID(1), OutgoingMessage(content: "hi"))
        #expect(transport.requests.count == 2, "what never left may be sent again")
    }

    @Test("a Discord that stays down ends in an error, not in a loop")
    func down() async throws {
        let transport = ScriptedTransport([], otherwise: .notSent)
        let error = await #expect(throws: DiscordAPIError.self) { try await RESTClient.scripted(transport).currentUser() }
        #expect(error?.kind == .unreachable && transport.requests.count == 4)
    }

    @Test("a 429 is waited for, also by what may not be sent twice")
    func rateLimited() async throws {
        let transport = ScriptedTransport([
            .status(429, #"{"message":"limited","retry_after":1.5,"global":false}"#, ["x-ratelimit-bucket": "b", "retry-after": "2"]),
            .status(200, Self.message),
        ])
        let clock = ImpatientClock()
        _ = try await RESTClient.scripted(transport, clock: clock).createMessage(in: ChannelID(1), OutgoingMessage(content: "hi"))
        #expect(transport.requests.count == 2 && clock.waited == .milliseconds(1_500))
    }

    @Test("a sleeper that wakes too early sleeps again", .timeLimit(.minutes(10)))
    func earlyWake() async throws {
        let clock = EarlyClock()
        let transport = ScriptedTransport([.status(200, Self.message, LimiterBench.headers(remaining: 0, resetAfter: 60))])
        let client = RESTClient.scripted(transport, clock: clock)
        let start = clock.now()
        for _ in 1...2 { _ = try? await client.createMessage(in: ChannelID(1), OutgoingMessage(content: "hi")) }
        #expect(transport.requests.count == 2 && clock.now() - start == .seconds(60))
    }

    @Test("a wrong token stops all calls that bear it")
    func wrongToken() async throws {
        let transport = ScriptedTransport([.status(401, #"{"message":"401: Unauthorized","code":0}"#)])
        let client = RESTClient.scripted(transport)
        for _ in 1...3 {
            let error = await #expect(throws: DiscordAPIError.self) { try await client.currentUser() }
            #expect(error?.kind == .wrongToken)
        }
        #expect(transport.requests.count == 1)
    }

    @Test("an answer that is not what it should be names the place, never the value")
    func unreadable() async throws {
        for body in [#"{"id":"secretvalue"}"#, "<html>secretvalue", "", #"{"id":"1"}"#] {
            let error = await #expect(throws: DiscordAPIError.self) {
                try await RESTClient.scripted(ScriptedTransport([.status(200, body)])).currentUser()
            }
            #expect(error?.kind == .unreadable)
            #expect(error.map { !"\($0)".contains("secretvalue") } == true)
        }
    }

    @Test("a call that is cancelled while it waits leaves the queue")
    func cancelled() async throws {
        let clock = ManualClock()
        let transport = ScriptedTransport([.status(200, Self.message, LimiterBench.headers(remaining: 0, resetAfter: 60))])
        let client = RESTClient.scripted(transport, clock: clock)
        _ = try await client.createMessage(in: ChannelID(1), OutgoingMessage(content: "hi"))
        let waiting = Task { try await client.createMessage(in: ChannelID(1), OutgoingMessage(content: "hi")) }
        while clock.sleeperCount == 0 { await Task.yield() }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        clock.advance(by: .seconds(60))
        #expect(transport.requests.count == 1)
    }
}
