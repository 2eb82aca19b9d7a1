import DiscordModels
import Foundation
import Support
import Testing

@testable import Discord

@Suite("Answering an interaction")
struct InteractionResponderTests {
    static let created = Timestamp(millisecondsSinceEpoch: 1_700_000_000_000)
    static let interaction = Interaction(
        id: InteractionID(UInt64(created.millisecondsSinceEpoch - discordEpochMilliseconds) << 22), applicationID: ApplicationID(3),
        kind: .command, token: "tokentoken", attachmentSizeLimit: 20_000_000)

    let clock = ImpatientClock(now: created)

    func responder(_ transport: ScriptedTransport) -> InteractionResponder {
        InteractionResponder(
            Self.interaction, client: .scripted(transport, clock: clock), clock: clock, receivedAt: Self.created)
    }

    static func kind(_ request: RESTRequest) throws -> Int? {
        (try JSONSerialization.jsonObject(with: Data(request.body ?? [])) as? [String: Any])?["type"] as? Int
    }

    @Test("acknowledged at once, then filled in")
    func deferred() async throws {
        let transport = ScriptedTransport([.status(204), .status(200, RESTClientTests.message)])
        let responder = responder(transport)
        #expect(try await responder.acknowledge(ephemeral: true) == .done)
        try await responder.reply(OutgoingMessage(content: "four pictures"))
        #expect(transport.requests.map(\.method) == [.post, .patch])
        #expect(transport.requests[1].url.hasSuffix("/webhooks/3/tokentoken/messages/@original"))
        let body = String(decoding: transport.requests[0].body ?? [], as: UTF8.self)
        #expect(body.contains("\"flags\":64"))
    }

    @Test("what has been acknowledged before, here or in another process, counts as acknowledged")
    func already() async throws {
        let transport = ScriptedTransport([.status(400, #"{"message":"already","code":40060}"#)])
        let responder = responder(transport)
        #expect(try await responder.acknowledge() == .already)
        #expect(try await responder.acknowledge() == .already)
        #expect(transport.requests.count == 1)
    }

    @Test("too late by Discord's word is told as expired, and not tried again")
    func unknown() async throws {
        let transport = ScriptedTransport([.status(404, #"{"message":"Unknown interaction","code":10062}"#)])
        let responder = responder(transport)
        let error = await #expect(throws: DiscordAPIError.self) { try await responder.acknowledge() }
        #expect(error?.kind == .expired && error?.isInteractionGone == true && transport.requests.count == 1)
    }

    @Test("too late by our own clock is not sent")
    func tooLate() async throws {
        let transport = ScriptedTransport([])
        let responder = responder(transport)
        try await clock.sleep(for: .seconds(3))
        let error = await #expect(throws: DiscordAPIError.self) { try await responder.acknowledge() }
        #expect(error?.kind == .expired && transport.requests.isEmpty)
    }

    @Test("an acknowledgement whose answer was lost is sent again")
    func lost() async throws {
        let transport = ScriptedTransport([.noAnswer, .status(400, #"{"message":"already","code":40060}"#)])
        #expect(try await responder(transport).acknowledge() == .already)
        #expect(transport.requests.count == 2)
    }

    @Test("each first answer has its number, and what comes after a first answer is a followup")
    func kinds() async throws {
        let edit = MessageEdit(content: "x")
        let modal = Modal(
            customID: "m", title: "t", components: [.actionRow([.textInput(TextInput(customID: "i", style: .short, label: "l"))])])
        let answers: [(Int, @Sendable (InteractionResponder) async throws -> Void)] = [
            (4, { try await $0.reply(OutgoingMessage(content: "x")) }), (5, { try await $0.acknowledge() }),
            (6, { try await $0.deferUpdate() }), (7, { try await $0.update(edit) }),
            (8, { try await $0.offer((1...30).map { CommandChoice(name: "\($0)", value: .integer($0)) }) }),
            (9, { try await $0.openModal(modal) }),
        ]
        for (kind, answer) in answers {
            let transport = ScriptedTransport([.status(204)], otherwise: .status(200, RESTClientTests.message))
            let responder = responder(transport)
            try await answer(responder)
            #expect(try Self.kind(transport.requests[0]) == kind)
            try await responder.reply(OutgoingMessage(content: "more"))
            #expect(transport.requests[1].method == (kind == 5 ? .patch : .post))
        }
    }

    @Test("the token's fifteen minutes count from the interaction, also when it is received late")
    func window() {
        let window = InteractionWindow(Self.interaction.id, receivedAt: Self.created + .seconds(600))
        #expect(window.tokenExpiresAt == Self.created + .seconds(900))
        #expect(window.canUseToken(at: Self.created + .seconds(880)))
        #expect(!window.canUseToken(at: Self.created + .seconds(895)))
    }
}
