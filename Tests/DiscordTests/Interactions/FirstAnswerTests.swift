import DiscordModels
import Foundation
import Support
import Testing

@testable import Discord

@Suite struct `The first answer to an interaction` {
    private static let created = Timestamp(millisecondsSinceEpoch: 1_700_000_000_000)
    private static let id = InteractionID(UInt64(created.millisecondsSinceEpoch - discordEpochMilliseconds) << 22)

    private func respond(
        _ transport: ScriptedTransport, with response: InteractionResponse = .deferredMessage(ephemeral: true),
        within span: Duration = .seconds(3)
    ) async throws {
        try await RESTClient.scripted(transport, clock: ImpatientClock(now: Self.created))
            .respond(to: Self.id, token: Secret("tokentoken"), with: response, within: span)
    }

    private static func kind(_ request: RESTRequest) throws -> Int? {
        (try JSONSerialization.jsonObject(with: Data(request.body ?? [])) as? [String: Any])?["type"] as? Int
    }

    @Test func `an answer that only the person sees says so`() async throws {
        let transport = ScriptedTransport([.status(204)])
        try await respond(transport)
        #expect(transport.requests.map(\.method) == [.post])
        #expect(String(decoding: transport.requests[0].body ?? [], as: UTF8.self).contains("\"flags\":64"))
    }

    @Test func `too late by Discord's word is told as expired, and not tried again`() async throws {
        let transport = ScriptedTransport([.status(404, #"{"message":"Unknown interaction","code":10062}"#)])
        let error = await #expect(throws: DiscordAPIError.self) { try await respond(transport) }
        #expect(error?.kind == .expired && error?.isInteractionGone == true && transport.requests.count == 1)
    }

    @Test func `too late by our own clock is not sent`() async throws {
        let transport = ScriptedTransport([])
        let error = await #expect(throws: DiscordAPIError.self) { try await respond(transport, within: .zero) }
        #expect(error?.kind == .expired && transport.requests.isEmpty)
    }

    @Test func `one whose answer was lost is sent again, and learns that it had arrived`() async throws {
        let transport = ScriptedTransport([.noAnswer, .status(400, #"{"message":"already","code":40060}"#)])
        let error = await #expect(throws: DiscordAPIError.self) { try await respond(transport) }
        #expect(error?.isAlreadyAcknowledged == true && transport.requests.count == 2)
    }

    @Test func `each kind of answer has its number`() async throws {
        let modal = Modal(
            customID: "m", title: "t", components: [.actionRow([.textInput(TextInput(customID: "i", style: .short, label: "l"))])])
        let answers: [(Int, InteractionResponse)] = [
            (4, .message(OutgoingMessage(content: "x"))), (5, .deferredMessage(ephemeral: false)), (6, .deferredUpdate),
            (7, .update(MessageEdit(content: "x"))), (8, .choices([CommandChoice(name: "1", value: .integer(1))])), (9, .modal(modal)),
        ]
        for (kind, answer) in answers {
            let transport = ScriptedTransport([.status(204)])
            try await respond(transport, with: answer)
            #expect(try Self.kind(transport.requests[0]) == kind)
        }
    }

    @Test func `the token's fifteen minutes count from the interaction, also when it is received late`() {
        let window = InteractionWindow(Self.id, receivedAt: Self.created + .seconds(600))
        #expect(window.tokenExpiresAt == Self.created + .seconds(900))
        #expect(window.canUseToken(at: Self.created + .seconds(880)))
        #expect(!window.canUseToken(at: Self.created + .seconds(895)))
    }
}
