import DiscordModels
import OrderedCollections
import Support
import Synchronization
import Testing

@testable import Discord
@testable import DiscordEmulator

@Suite("Interactions that the emulator signs and posts", .timeLimit(.minutes(10)))
struct SignedInteractionsTests {
    private final class Heard: Sendable {
        let names = Mutex<[String?]>([])
    }

    @Test("our endpoint takes them once, and neither forged nor old ones")
    func accepted() async throws {
        try await withEmulatedDiscord { client, control in
            _ = try await InteractionsOverSocketsTests.register(client)
            let application = ID(EmulatorControl.application.rawValue)
            // Nobody listens there: what would be sent is handed over below.
            control.core.step { $0.world.applications[application]?.interactionsEndpoint = "http://127.0.0.1:9/" }
            let id = try control.slash("paint", ["prompt": .string("a cat")])
            let (key, signed) = control.core.step { state in
                let interaction = state.world.interactions[ID(id.rawValue)]
                return (
                    state.world.applications[application]?.verifyKey ?? "",
                    interaction.flatMap { control.core.delivery(of: $0, in: state.world)?.request }
                )
            }
            let request = try #require(signed)
            let heard = Heard()
            let endpoint = try InteractionEndpoint(.init(publicKey: key), clock: SystemClock()) { interaction, _ in
                heard.names.withLock { $0.append(interaction.data?.name) }
            }
            func post(_ request: SignedRequest) async -> Int {
                await endpoint.receive(signature: request.signature, timestamp: request.timestamp, body: request.body).status
            }
            #expect(await post(request.forged) == 401)
            let old = try control.core.step { state in
                try SignedRequest(
                    to: "http://127.0.0.1:9/", ["type": 1], seed: state.world.applications[application]?.signingSeed ?? [],
                    at: state.now - .seconds(600))
            }
            #expect(await post(old) == 401)
            for _ in 0..<2 { #expect(await post(request) == 202) }
            #expect(heard.names.withLock { $0 } == ["paint"])
        }
    }
}
