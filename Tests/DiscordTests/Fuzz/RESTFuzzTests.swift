import Crypto
import DiscordModels
import Foundation
import RepeatableChance
import Support
import Testing

@testable import Discord

/// A call and what Discord answers to it.
struct RESTSample: Sendable {
    let json: String
    let call: @Sendable (RESTClient) async throws -> Void

    init(_ json: String, _ call: @escaping @Sendable (RESTClient) async throws -> Void) { (self.json, self.call) = (json, call) }

    static let all: [RESTSample] = [
        RESTSample(Samples.message) { _ = try await $0.message(MessageID(1), in: ChannelID(2)) },
        RESTSample("[\(Samples.message),\(Samples.message)]") { _ = try await $0.messages(in: ChannelID(2), limit: 2) },
        RESTSample(Samples.message) { _ = try await $0.createMessage(in: ChannelID(2), OutgoingMessage(content: "x", nonce: "1")) },
        RESTSample(Samples.message) {
            _ = try await $0.editOriginalResponse(application: ApplicationID(9), token: Secret("t"), MessageEdit(content: "x"))
        },
        RESTSample(Samples.channel) { _ = try await $0.channel(ChannelID(2)) },
        RESTSample(Samples.channel) { _ = try await $0.directChannel(with: UserID(3)) },
        RESTSample(Samples.guild) { _ = try await $0.guild(GuildID(4)) },
        RESTSample(Samples.application) { _ = try await $0.currentApplication() },
        RESTSample(Samples.gatewayBot) { _ = try await $0.gatewayBot() },
        RESTSample("[\(Samples.webhook)]") { _ = try await $0.webhooks(in: ChannelID(2)) },
        RESTSample("[\(Samples.registered)]") { _ = try await $0.commands(of: ApplicationID(9)) },
        RESTSample("[\(Samples.entitlement)]") { _ = try await $0.entitlements(of: ApplicationID(9), after: nil) },
        RESTSample("{}") { try await $0.respond(to: InteractionID(1), token: Secret("t"), with: .deferredMessage(ephemeral: false)) },
    ]
}

@Suite("Damaged answers", .timeLimit(.minutes(120)))
struct RESTFuzzTests {
    @Test("Whatever an answer is, the call gives a value or one of Discord's errors, soon, in few words, without a token")
    func answers() async throws {
        var mutator = Mutator(random: SplitMix64(seed: 29))
        let samples = try RESTSample.all.map { ($0, try JSONValue(reading: $0.json)) }
        let errors = try [Samples.refusal, Samples.limited].map { try JSONValue(reading: $0) }
        var (read, refused) = (0, 0)
        for number in 0..<Fuzz.cases(percent: 10) {
            await Fuzz.breathe(number)
            let (sample, good) = mutator.random.pick(samples)
            let answers = (0..<3).map { _ in Self.answer(good, errors, &mutator) }
            let transport = ScriptedTransport(answers, otherwise: answers[0])
            let clock = ImpatientClock()
            do {
                try await sample.call(.scripted(transport, clock: clock))
                read += 1
            } catch let error as DiscordAPIError {
                refused += 1
                let text = "\(error)"
                #expect(text.utf8.count < 8_000, "case \(number)")
                #expect(!text.contains(RESTClient.testToken), "case \(number)")
            } catch { Issue.record("case \(number): \(error)") }
            // Patience for limits, tries for faults.
            #expect(clock.waited <= .seconds(2 * 86_400) && transport.requests.count < 2_000, "case \(number)")
        }
        #expect(read > 100 && refused > 100, "both happen")
    }

    private static func answer(_ good: JSONValue, _ errors: [JSONValue], _ mutator: inout Mutator) -> ScriptedTransport.Answer {
        let status = mutator.random.pick([200, 200, 200, 200, 204, 302, 400, 403, 404, 429, 429, 500, 502, 100, 999, -1])
        var json = status < 300 ? good : mutator.random.pick(errors)
        if mutator.random.chance(2) { json = mutator.mutate(json) }
        var body = json.bytes
        if mutator.random.chance(4) { body = mutator.mutate(body) }
        var headers: [String: String] = [:]
        for name in [
            "x-ratelimit-bucket", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset-after", "x-ratelimit-scope",
            "retry-after",
            "x-ratelimit-global",
        ] where mutator.random.chance(2) {
            headers[name] = mutator.random.pick([
                "0", "1", "5", "0.3", "-1", "abc", "user", "global", "shared", "true", "1e400", "nan", "99999999999999999999", "", "💥",
            ])
        }
        if mutator.random.chance(20) { return mutator.random.chance(2) ? .noAnswer : .notSent }
        return .success(RESTResponse(status: status, headers: headers, body: body))
    }

    @Test("Whatever is posted as an interaction is taken, or refused by a status")
    func interactions() async throws {
        let key = try Curve25519.Signing.PrivateKey(rawRepresentation: Data(repeating: 7, count: 32))
        let clock = ManualClock(now: Timestamp(millisecondsSinceEpoch: 1_800_000_000_000))
        func hex(_ bytes: some Sequence<UInt8>) -> String { bytes.map { String(format: "%02x", $0) }.joined() }
        let endpoint = try InteractionEndpoint(.init(publicKey: hex(key.publicKey.rawRepresentation)), clock: clock) { _, _ in }
        var mutator = Mutator(random: SplitMix64(seed: 31))
        let samples = try [Samples.command, Samples.press, Samples.form].map { try JSONValue(reading: $0) }
        var counts: [Int: Int] = [:]
        for number in 0..<Fuzz.cases(percent: 2) {
            await Fuzz.breathe(number)
            var json = mutator.random.pick(samples)
            if case .object(var fields) = json {
                fields["id"] = .string("\(mutator.random.next() >> 1)")
                json = .object(fields)
            }
            if mutator.random.chance(2) { json = mutator.mutate(json) }
            var body = json.bytes
            if mutator.random.chance(4) { body = mutator.mutate(body) }
            let signature = hex(try key.signature(for: Array("1800000000".utf8) + body))
            let isTorn = mutator.random.chance(10)
            let answer = await endpoint.receive(
                signature: isTorn ? String(decoding: mutator.mutate(Array(signature.utf8)), as: UTF8.self) : signature,
                timestamp: mutator.random.chance(10)
                    ? mutator.random.pick(["", "x", "-5", "9223372036854775807", "1800000300.0"]) : "1800000000",
                body: body)
            counts[answer.status, default: 0] += 1
        }
        // Now and then damage makes a ping of it.
        #expect(Set(counts.keys).subtracting([200]) == [202, 400, 401], "\(counts)")
    }

    @Test("An upload has as many parts as files, whatever their names and bytes are")
    func uploads() async {
        var mutator = Mutator(random: SplitMix64(seed: 37))
        for number in 0..<Fuzz.cases(percent: 5) {
            await Fuzz.breathe(number)
            let json = mutator.mutate(Array(Samples.refusal.utf8))
            let files = (0..<Int(mutator.random.next() % 4)).map { _ in
                FileUpload(
                    filename: String(decoding: mutator.mutate(Array("a\"b\r\n\r\n--troupe-7.png".utf8)), as: UTF8.self),
                    contentType: String(decoding: mutator.mutate(Array("image/png".utf8)), as: UTF8.self),
                    bytes: mutator.mutate(Array("--troupe-\r\n--troupe-77--\r\n".utf8)))
            }
            var seeds = mutator.random
            let body = MultipartBody(json: json, files: files, randomness: { seeds.next() % 40 })
            let boundary = body.contentType.split(separator: "=").last.map(String.init) ?? ""
            let parts = Self.parts(body.bytes, boundary)
            #expect(parts?.map(\.content) == [json] + files.map(\.bytes), "case \(number)")
            #expect(parts?.allSatisfy { $0.lines <= 2 } == true, "case \(number): a header of a file's own making")
        }
    }

    /// The parts as a server finds them: up to the first empty line the head, up to the next boundary the content.
    private static func parts(_ bytes: [UInt8], _ boundary: String) -> [(lines: Int, content: [UInt8])]? {
        let mark = Data("\r\n--\(boundary)".utf8)
        var rest = Data("\r\n".utf8) + Data(bytes)
        var parts: [(lines: Int, content: [UInt8])] = []
        guard let first = rest.range(of: mark), first.lowerBound == 0 else { return nil }
        rest = Data(rest[first.upperBound...])
        while !rest.starts(with: Data("--\r\n".utf8)) {
            guard let head = rest.range(of: Data("\r\n\r\n".utf8)),
                let end = rest.range(of: mark, in: (head.upperBound - 2)..<rest.endIndex),
                end.lowerBound >= head.upperBound
            else { return nil }
            let lines = rest[rest.startIndex..<head.lowerBound].split(separator: 10).filter { $0.count > 1 }.count
            parts.append((lines, Array(rest[head.upperBound..<end.lowerBound])))
            rest = Data(rest[end.upperBound...])
        }
        return parts
    }
}
