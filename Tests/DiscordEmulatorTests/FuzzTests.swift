import Foundation
import OrderedCollections
import RepeatableChance
import Support
import Testing

@testable import DiscordEmulator

/// Whatever a bot sends, the emulator answers, and goes on. `make fuzz` tries more of it.
@Suite("Anything at all", .timeLimit(.minutes(60)))
struct FuzzTests {
    private static let cases = Fuzz.cases(percent: 6)

    /// JSON with values of any kind in any place.
    private static func garbage(_ dice: inout SplitMix64, depth: Int = 0) -> JSON {
        let words = [
            "", "a", "754679440998400031", "\u{0}", "💥", "-1", "@everyone", String(repeating: "x", count: 4_001), "../..",
            "attachment://a.png",
        ]
        switch dice.next() % (depth > 4 ? 5 : 8) {
        case 0: return .null
        case 1: return .bool(dice.chance(2))
        case 2: return .int(dice.pick([0, -1, 1, 64, 1 << 31, .max, .min, 99_999]))
        case 3: return .double(dice.pick([0.5, -1e300, 1e-9, 4.0]))
        case 4: return .string(dice.pick(words))
        case 5: return .array((0..<Int(dice.next() % 4)).map { _ in garbage(&dice, depth: depth + 1) })
        default:
            var object: JSONObject = [:]
            for _ in 0..<Int(dice.next() % 5) { object[dice.pick(names)] = garbage(&dice, depth: depth + 1) }
            return .object(object)
        }
    }

    private static let names = [
        "content", "embeds", "components", "type", "data", "flags", "attachments", "id", "custom_id", "options", "name", "description",
        "op", "d", "token",
        "intents", "shard", "properties", "session_id", "seq", "nonce", "message_reference", "allowed_mentions", "choices", "value",
        "values", "label",
        "poll", "username", "permissions", "allow", "deny", "color", "applied_tags", "message", "auto_archive_duration", "sku_id", "bulk",
        "messages",
    ]

    /// The same with one place made otherwise.
    private static func mutated(_ value: JSON, _ dice: inout SplitMix64) -> JSON {
        if dice.chance(4) { return garbage(&dice) }
        switch value {
        case .object(var object) where !object.isEmpty:
            let key = dice.pick(Array(object.keys))
            if dice.chance(6) { object[dice.pick(names)] = garbage(&dice) }
            if dice.chance(8) { object[key] = nil } else { object[key] = mutated(object[key] ?? .null, &dice) }
            return .object(object)
        case .array(var list) where !list.isEmpty:
            let index = Int(dice.next() % UInt64(list.count))
            if dice.chance(6) { list += Array(repeating: list[index], count: 12) } else { list[index] = mutated(list[index], &dice) }
            return .array(list)
        default: return garbage(&dice)
        }
    }

    /// Bytes with some of them made otherwise.
    private static func torn(_ bytes: [UInt8], _ dice: inout SplitMix64) -> [UInt8] {
        var bytes = bytes
        for _ in 0...Int(dice.next() % 3) {
            guard !bytes.isEmpty else { return [UInt8(truncatingIfNeeded: dice.next())] }
            let at = Int(dice.next() % UInt64(bytes.count))
            switch dice.next() % 4 {
            case 0: bytes.remove(at: at)
            case 1: bytes.insert(UInt8(truncatingIfNeeded: dice.next()), at: at)
            case 2: bytes[at] = UInt8(truncatingIfNeeded: dice.next())
            default: bytes.removeSubrange(at...)
            }
        }
        return bytes
    }

    private static let bodies: [JSON] = [
        [
            "content": "hi", "embeds": [["title": "t", "description": "d", "fields": [["name": "a", "value": "b"]], "color": 5]],
            "allowed_mentions": ["parse": ["users"], "users": ["754679440998400001"]], "nonce": "n", "enforce_nonce": true,
            "components": [
                ["type": 1, "components": [["type": 2, "style": 1, "label": "A", "custom_id": "a"]]],
                ["type": 1, "components": [["type": 3, "custom_id": "s", "options": [["label": "a", "value": "a"]]]]],
            ], "message_reference": ["message_id": "754679440998400031"],
        ],
        [
            "flags": 32_768,
            "components": [
                [
                    "type": 17,
                    "components": [
                        ["type": 10, "content": "x"], ["type": 14],
                        ["type": 12, "items": [["media": ["url": "https://example.com/a.png"]]]],
                    ],
                ],
                [
                    "type": 9, "components": [["type": 10, "content": "x"]],
                    "accessory": ["type": 2, "style": 5, "url": "https://example.com", "label": "u"],
                ],
            ],
        ],
        ["type": 4, "data": ["content": "hi", "flags": 64]],
        [
            "type": 9,
            "data": [
                "title": "t", "custom_id": "m",
                "components": [["type": 18, "label": "l", "component": ["type": 4, "custom_id": "x", "style": 1, "min_length": 1]]],
            ],
        ],
        [
            "name": "paint", "description": "Paints", "type": 1,
            "options": [
                ["type": 3, "name": "prompt", "description": "d", "required": true, "choices": [["name": "a", "value": "a"]]],
                ["type": 2, "name": "group", "description": "d", "options": [["type": 1, "name": "sub", "description": "d"]]],
            ],
        ],
        ["name": "thread", "auto_archive_duration": 60, "type": 11, "message": ["content": "x"], "applied_tags": ["754679440998400041"]],
        ["messages": ["754679440998400031", "754679440998400032"]],
        ["allow": "1024", "deny": "0", "type": 0],
    ]

    @Test("a request with any body is done or refused in Discord's words, and the next one is served")
    func requests() async {
        let stage = Stage()
        let ids = [
            Stage.general, Stage.guild, stage.application, "\(World.firstHuman)", "\(World.showcase)", "1", "x", "@me", "%F0%9F%8E%A8",
            "@original",
        ]
        var dice = SplitMix64(seed: 1)
        var served = 0
        for number in 0..<Self.cases {
            // Others may be waiting for an answer within three seconds.
            if number % 16 == 0 { await Task.yield() }
            let route = dice.pick(RouteTable.all)
            let path = route.segments.map { segment in
                switch segment {
                case .word(let word): word
                case .parameter(let name): name == "channel_id" && !dice.chance(5) ? Stage.general : dice.pick(ids)
                }
            }
            var bytes = Self.mutated(dice.pick(Self.bodies), &dice).bytes
            if dice.chance(5) { bytes = Self.torn(bytes, &dice) }
            var type = "application/json"
            if dice.chance(8) {
                type = "multipart/form-data; boundary=b"
                bytes = Self.torn(
                    Array("--b\r\nContent-Disposition: form-data; name=\"payload_json\"\r\n\r\n".utf8) + bytes
                        + Array(
                            "\r\n--b\r\nContent-Disposition: form-data; name=\"files[0]\"; filename=\"a.png\"\r\n\r\n\u{1}\r\n--b--".utf8),
                    &dice)
            }
            let answer = stage.call(route.method, "/" + path.joined(separator: "/"), raw: bytes, type: type)
            #expect(
                (200...299).contains(answer.status) || (400...499).contains(answer.status),
                "case \(number): \(route.method) \(route.template)")
            if answer.status >= 400 {
                #expect(
                    answer.json["message"]?.string != nil || answer.json["error"]?.string != nil,
                    "case \(number): \(answer.json.text.prefix(200))")
            } else {
                served += 1
            }
            if number % 500 == 499 { stage.core.reset() }
        }
        #expect(served > Self.cases / 100, "some of it was right")
        #expect(stage.say(["content": "still here"]).status == 200)
    }

    @Test("a socket with any frames is answered or closed with a code of Discord's, and the next one is served")
    func frames() async throws {
        let stage = Stage()
        var dice = SplitMix64(seed: 2)
        let frames: [JSON] = [
            ["op": 1, "d": 5],
            ["op": 2, "d": ["token": "any-token", "intents": 513, "properties": ["os": "x"], "shard": [0, 1], "compress": false]],
            ["op": 3, "d": ["status": "online", "afk": false, "since": .null, "activities": [["name": "x", "type": 0]]]],
            ["op": 6, "d": ["token": "any-token", "session_id": "x", "seq": 1]],
            ["op": 8, "d": ["guild_id": .string(Stage.guild), "query": "", "limit": 0]],
            ["op": 4, "d": ["guild_id": .string(Stage.guild), "channel_id": .null]],
            ["op": 31, "d": ["guild_ids": [.string(Stage.guild)]]],
        ]
        var line = stage.connect()
        var codes: Set<Int> = []
        for number in 0..<Self.cases {
            // Others may be waiting for an answer within three seconds.
            if number % 16 == 0 { await Task.yield() }
            var bytes = (dice.chance(3) ? dice.pick(frames) : Self.mutated(dice.pick(frames), &dice)).bytes
            if dice.chance(4) { bytes = Self.torn(bytes, &dice) }
            stage.core.received(bytes, on: line.id)
            if number % 5 == 4 {
                line.drop()
                while let heard = await line.next() { if case .close(let code?, _) = heard { codes.insert(code) } }
                line = stage.connect()
            }
        }
        #expect(
            codes.isSubset(of: [4_000, 4_001, 4_002, 4_003, 4_004, 4_005, 4_007, 4_008, 4_009, 4_010, 4_011, 4_012, 4_013, 4_014]),
            "\(codes)")
        #expect(codes.contains(4_002))
        line.drop()
        let last = stage.connect()
        last.identify()
        #expect(await last.until("READY") != nil)
    }

    @Test("what is not JSON is refused, and what is comes back as it was")
    func json() async throws {
        var dice = SplitMix64(seed: 3)
        for number in 0..<Self.cases {
            // Others may be waiting for an answer within three seconds.
            if number % 16 == 0 { await Task.yield() }
            let value = Self.mutated(dice.pick(Self.bodies), &dice)
            #expect(try JSONReader.read(value.bytes) == value, "case \(number)")
            let bytes = Self.torn(value.bytes, &dice)
            if let read = try? JSONReader.read(bytes) { #expect(try JSONReader.read(read.bytes) == read, "case \(number)") }
            _ = try? YAMLReader.read(String(decoding: bytes, as: UTF8.self))
            _ = try? Multipart.parse(bytes, boundary: "b")
        }
    }
}
