import DiscordModels
import Foundation
import RepeatableChance
import Support
import Testing

@testable import Discord

@Suite("JSON read by ours and by Foundation", .timeLimit(.minutes(120)))
struct JSONReaderFuzzTests {
    typealias Comparison = JSONReaderComparison

    private static func expectAgreement(_ bytes: [UInt8], _ note: String) {
        guard !Comparison.mayBeAnotherEncoding(bytes) else { return }
        let differences = [
            Comparison.difference(bytes, as: Comparison.Form.self), Comparison.difference(bytes, as: Comparison.Strict.self),
            Comparison.difference(bytes, as: Comparison.Tables.self, anywhere: true),
            Comparison.difference(bytes, as: Comparison.Probe.self, anywhere: true),
            Comparison.difference(bytes, as: JSONValue.self, anywhere: true),
        ]
        for difference in differences.compactMap({ $0 }) { Issue.record("\(note): \(difference)") }
    }

    @Test(
        "Both read and refuse the same at the edges of the grammar",
        arguments: [
            "", " ", "null", " null ", "nul", "nullx", "truefalse", "[1,2,]", "[,]", "{,}", #"{"a":"1",}"#, #"{"a":"1",,}"#, "[1 2]", "[1",
            "]", "}", "{", "[", #"{"a"}"#, #"{"a":}"#, "{a:1}", "{1:1}", "0", "-0", "-", "+1", "01", "-01", "1.", ".5", "1.5", "-1.5e3",
            "1e5",
            "1E+2", "1e-2", "1e", "1e+", "1.e2", "0e0", "1.0", "1.0000000000000001", "9007199254740993.0", "123456789012345678.0", "1e18",
            "1e19", "1e20", "18446744073709551615", "18446744073709551616", "9223372036854775807", "9223372036854775808",
            "-9223372036854775808", "-9223372036854775809", "00000000000000000000001", "1e400", "1e-400", "0e-400", "-128", "-129", "127",
            "128",
            "1-2", "1+2", "1..2", "1e5e5", "NaN", "Infinity", #""""#, #"""#, #""\"#, #""\""#, #""\u"#, #""\u12"#, #""\u12""#, #""\u123"x"#,
            #""\u00e9""#, #""\u0000""#, #""\ud83d\ude00""#, #""\ud83d""#, #""\ud83dx""#, #""\ud83d\n""#, #""\ud83d\u0041""#, #""\ude00""#,
            #""\uD83D\uDE00""#, #""\u+123""#, #""\x""#, #""\/\b\f\n\r\t\\\"""#, "\"a\tb\"", "\"a\u{1F}\"", "\"\u{7F}\"", "\"é💥\"",
            "\"e\u{301}\"", "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaé\"", "\u{FEFF}1", "1\u{0}", "[\u{A0}1]", "\u{0B}1",
            #"{"a":"1","a":"2"}"#, #"{"a":"1","\u0061":"2"}"#, #"{"\u0061":"1","a":"2"}"#, #"{"\u0061":"1"}"#, #"{"\ud800":1,"a":"b"}"#,
            #"{"name":"\ud800","a":"b"}"#, #"{"zz":"\ud800","a":"b"}"#, #"{"zz":1e999,"yy":00,"a":"b"}"#, #"{"zz":tru,"a":"b"}"#,
            "{\"\u{E9}\":1,\"e\u{301}\":2,\"a\":\"b\"}", #"{"":1}"#, #"{"a":null}"#, #"{"type":"1"}"#, #"{"type":1.5}"#, #"{"type":{}}"#,
            #"{"id":5}"#, #"{"id":"x"}"#, #"{"id":"+5"}"#, #"{"id":"05"}"#, #"{"id":1.0}"#, #"{"id":-1}"#,
            #"{"id":"18446744073709551616"}"#,
            #"{"inner":{"id":"x"}}"#, #"{"inner":{}}"#, #"{"inner":[]}"#, #"{"list":[{"id":"1"},{"id":null}]}"#, #"{"list":{"0":1}}"#,
            #"{"list":[{"id":"1"},{"id":"2","name":[]}]}"#, #"{"table":{"a":1,"b":"x"}}"#, #"{"byID":{"5":{"id":"6"},"x":{"id":"7"}}}"#,
            #"{"ids":["1",2,"x"]}"#, #"{"ids":[null]}"#, #"{"little":256}"#, #"{"part":1e39}"#, #"{"permissions":"zz"}"#, #"{"nonce":1}"#,
            #"{"nonce":true}"#, #"{"any":[1,[2,{"x":1e999}]]}"#, #"{"any":{"x":[1e999]}}"#, #"{"any":{"x":1e999}}"#,
            #"{"id":"1","type":0,"name":"n","on":true,"ids":["1"]}"#, #"{"id":"1","type":0,"name":"n","on":true}"#,
            #"{"id":"1","type":0,"name":null,"on":true,"ids":[]}"#, #"{"id":"1","type":0,"name":"n","on":1,"ids":[]}"#,
        ])
    func edges(text: String) { Self.expectAgreement(Array(text.utf8), "edge") }

    @Test("Both read and refuse the same of bytes that are no UTF-8")
    func bytes() {
        for wrong: [UInt8] in [[0xFF], [0xC3], [0xC3, 0x28], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82]] {
            Self.expectAgreement(Array("\"padding ".utf8) + wrong + Array("\"".utf8), "value")
            Self.expectAgreement(Array("{\"padding ".utf8) + wrong + Array("\":1}".utf8), "key")
            Self.expectAgreement(Array("{\"zz\":\"".utf8) + wrong + Array("\",\"a\":\"b\"}".utf8), "unread")
            Self.expectAgreement(Array("{\"a\":\"\\n".utf8) + wrong + Array("\"}".utf8), "escaped")
            Self.expectAgreement(
                Array("{\"a\":\"".utf8) + wrong.prefix(1) + Array("\\u00e9".utf8) + wrong.dropFirst() + Array("\"}".utf8), "cut")
        }
    }

    @Test("Both go as deep and no deeper", arguments: [1, 255, 511, 512, 513, 5_000])
    func depth(levels: Int) {
        for (open, close) in [("[", "]"), (#"{"a":"#, "}")] {
            let text = String(repeating: open, count: levels) + "1" + String(repeating: close, count: levels)
            let note = Comparison.difference(Array(text.utf8), as: Comparison.Strict.self)
            #expect(note == nil, "\(levels)")
        }
    }

    @Test("Objects with many members are read like small ones, and so is what comes twice in them")
    func manyMembers() {
        var members = (0..<500).map { #""k\#($0)":\#($0)"# }
        members += [#""k7":8"#, #""type":3"#, #""type":4"#]
        Self.expectAgreement(Array("{\(members.joined(separator: ","))}".utf8), "many")
        Self.expectAgreement(Array("{\"table\":{\(members.joined(separator: ","))}}".utf8), "many inside")
    }

    @Test("Of thousands of damaged payloads both read the same", arguments: 0..<4)
    func damaged(seed: Int) async throws {
        var mutator = Mutator(random: SplitMix64(seed: UInt64(seed) + 400))
        let samples = try Samples.dispatches.map { try JSONValue(reading: $0)["d"] ?? .null }
        var read = 0
        for number in 0..<Fuzz.cases(percent: 2) / 4 {
            await Task.yield()
            var json = mutator.random.pick(samples)
            let mayBeDeep = mutator.random.chance(2)
            if mayBeDeep { json = mutator.mutate(json) }
            var bytes = json.bytes
            if mutator.random.chance(2) { bytes = mutator.mutate(bytes) }
            guard !Comparison.mayBeAnotherEncoding(bytes) else { continue }
            var differences = [
                Comparison.difference(bytes, as: Comparison.Form.self), Comparison.difference(bytes, as: Comparison.Strict.self),
                Comparison.difference(bytes, as: Message.self, anywhere: true),
                Comparison.difference(bytes, as: Interaction.self, anywhere: true),
                Comparison.difference(bytes, as: MessageUpdate.self, anywhere: true),
                Comparison.difference(bytes, as: Ready.self, anywhere: true), Comparison.difference(bytes, as: Guild.self, anywhere: true),
            ]
            // To try one kind after the other costs Foundation milliseconds where things are deep.
            if !mayBeDeep, number % 8 == 0 {
                differences.append(Comparison.difference(bytes, as: Comparison.Probe.self, anywhere: true))
                differences.append(Comparison.difference(bytes, as: JSONValue.self, anywhere: true))
            }
            for difference in differences.compactMap({ $0 }) { Issue.record("case \(number): \(difference)") }
            if (try? JSONReader().decode(Message.self, from: bytes)) != nil { read += 1 }
        }
        #expect(read > 0, "some are still messages")
    }
}
