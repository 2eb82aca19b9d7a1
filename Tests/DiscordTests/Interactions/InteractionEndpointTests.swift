import Crypto
import DiscordModels
import Foundation
import Support
import Synchronization
import Testing

@testable import Discord

@Suite struct `Interactions over HTTP` {
    private let key = try! Curve25519.Signing.PrivateKey(rawRepresentation: Data(repeating: 7, count: 32))
    private let clock = ManualClock(now: Timestamp(millisecondsSinceEpoch: 1_800_000_000_000))
    private let heard = Heard()

    private final class Heard: Sendable {
        let interactions = Mutex<[Interaction]>([])
    }

    private func endpoint(_ fails: Bool = false) throws -> InteractionEndpoint {
        try InteractionEndpoint(.init(publicKey: hex(key.publicKey.rawRepresentation)), clock: clock) { [heard] interaction, _ in
            if fails { throw CancellationError() }
            heard.interactions.withLock { $0.append(interaction) }
        }
    }

    private func hex(_ bytes: some Sequence<UInt8>) -> String { bytes.map { String(format: "%02x", $0) }.joined() }

    private func post(
        _ body: String, to endpoint: InteractionEndpoint, at seconds: Int64 = 1_800_000_000, tampered: Bool = false
    ) async throws -> InteractionEndpoint.Answer {
        let signature = try key.signature(for: Data("\(seconds)\(body)".utf8))
        return await endpoint.receive(
            signature: hex(signature), timestamp: "\(seconds)", body: Array((tampered ? body + " " : body).utf8))
    }

    private let command =
        #"{"id":"9","application_id":"1","type":2,"token":"t","channel_id":"2","user":{"id":"4","username":"u"},"data":{"id":"5","name":"generate","type":1}}"#

    @Test func `a ping is answered, and no feature hears of it`() async throws {
        let answer = try await post(#"{"id":"1","application_id":"1","type":1,"token":"t"}"#, to: endpoint())
        #expect(answer.status == 200)
        #expect(String(decoding: answer.body, as: UTF8.self) == #"{"type":1}"#)
        #expect(heard.interactions.withLock { $0.isEmpty })
    }

    @Test func `a command goes where the gateway's go, once however often it is sent`() async throws {
        let endpoint = try endpoint()
        for _ in 0..<3 { #expect(try await post(command, to: endpoint).status == 202) }
        #expect(heard.interactions.withLock { $0.map(\.data?.name) } == ["generate"])
    }

    @Test func `what Discord did not sign is refused: no signature, another's, a changed body, garbage`() async throws {
        let endpoint = try endpoint()
        #expect(try await post(command, to: endpoint, tampered: true).status == 401)
        for signature in [nil, "", "zz", String(repeating: "0", count: 128), String(repeating: "f", count: 100_000)] {
            #expect(await endpoint.receive(signature: signature, timestamp: "1800000000", body: Array(command.utf8)).status == 401)
        }
        let body = Array(command.utf8)
        let signature = hex(try key.signature(for: Data(body)))
        #expect(await endpoint.receive(signature: signature, timestamp: nil, body: body).status == 401)
        #expect(heard.interactions.withLock { $0.isEmpty })
    }

    @Test func `an old request is refused, and one from the future`() async throws {
        let endpoint = try endpoint()
        for seconds: Int64 in [1_800_000_000 - 301, 1_800_000_000 + 301, 0, .max, .min] {
            #expect(try await post(command, to: endpoint, at: seconds).status == 401)
        }
        #expect(try await post(command, to: endpoint, at: 1_800_000_000 - 299).status == 202)
    }

    @Test func `what is signed but no interaction gets the place of the mistake`() async throws {
        let answer = try await post(#"{"id":"9","application_id":"1","type":"two","token":"t"}"#, to: endpoint())
        #expect(answer.status == 400)
        #expect(String(decoding: answer.body, as: UTF8.self) == #"{"message":"no interaction: not a Int at type"}"#)
    }

    @Test func `a request that could not be handled is not called accepted`() async throws {
        #expect(try await post(command, to: endpoint(true)).status == 503)
    }

    @Test func `what is no key is told at the start`() {
        for key in ["", "abc", String(repeating: "g", count: 64), String(repeating: "a", count: 62)] {
            #expect(throws: InteractionEndpoint.BadKey.self) {
                try InteractionEndpoint(.init(publicKey: key), clock: clock) { _, _ in }
            }
        }
    }
}
