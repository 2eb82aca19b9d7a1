import DiscordModels
import Foundation
import NIOCore
import RepeatableChance
import Support
import Testing

@testable import Discord

@Suite("A Discord of the future", .timeLimit(.minutes(120)))
struct ToleranceTests {
    @Test("Events with fields and kinds that nobody knows yet are read like today's")
    func events() async throws {
        var random = SplitMix64(seed: 17)
        let samples = try Samples.dispatches.map { try JSONValue(reading: $0) }
        let cache = GatewayCache()
        for number in 0..<Fuzz.cases(percent: 6) {
            await Fuzz.breathe(number)
            let bytes = ByteBuffer(bytes: random.pick(samples).fromTheFuture(&random).bytes)
            do {
                let frame = try GatewayFrame(reading: bytes)
                let name = try #require(frame.name)
                let event = try GatewayEvent(name: name, data: frame.data)
                #expect((event != nil) == GatewayEvent.isKnown(name))
                #expect(cache.receive(name, frame.data))
            } catch { Issue.record("case \(number): \(error): \(String(buffer: bytes))") }
        }
    }

    @Test("Answers with fields and kinds that nobody knows yet are read like today's")
    func answers() async throws {
        var random = SplitMix64(seed: 19)
        let samples = try RESTSample.all.map { ($0, try JSONValue(reading: $0.json)) }
        for number in 0..<Fuzz.cases(percent: 2) {
            await Fuzz.breathe(number)
            let (sample, json) = random.pick(samples)
            let body = json.fromTheFuture(&random).bytes
            let transport = ScriptedTransport([.success(RESTResponse(status: 200, body: body))])
            do { try await sample.call(.scripted(transport)) } catch {
                Issue.record("case \(number): \(error): \(String(decoding: body, as: UTF8.self))")
            }
        }
    }
}
