import OrderedCollections
import Testing

@testable import DiscordEmulator

@Suite("JSON as strangers write it")
struct JSONTests {
    @Test("what is read is written again, byte for byte")
    func roundTrip() throws {
        let text = #"{"a":[1,-2,3.5,true,false,null,""],"b":{"c":"q\"\\\n\u0001é😀"},"big":9223372036854775807}"#
        #expect(try JSONReader.read(Array(text.utf8)).text == text)
    }

    @Test("escapes become characters, halves of pairs become the replacement character")
    func escapes() throws {
        let text = #""\ud83d\ude00 \ud83d x \u00e9 \/""#
        #expect(try JSONReader.read(Array(text.utf8)) == .string("😀 \u{FFFD} x é /"))
    }

    @Test(
        "broken text is refused with the place, and never crashes",
        arguments: [
            "", "{", "[1,", #"{"a"}"#, #"{"a":}"#, "[1 2]", "tru", "01", "-", "1e999", #""abc"#, "\"\u{1}\"", #""\x""#, #""\u12""#, "1 2",
            "nul", "+1",
            "[1]]", "{1:2}", ".5",
        ])
    func broken(text: String) {
        #expect(throws: JSONReader.Mistake.self) { try JSONReader.read(Array(text.utf8)) }
    }

    @Test("bytes that are no UTF-8 and towers of brackets are refused")
    func hostile() {
        #expect(throws: JSONReader.Mistake.self) { try JSONReader.read([0x22, 0xFF, 0xFE, 0x22]) }
        #expect(throws: JSONReader.Mistake.self) { try JSONReader.read([UInt8](repeating: 0x5B, count: 100_000)) }
    }

    @Test("ten thousand damaged documents are read or refused")
    func damaged() throws {
        let text = Array(#"{"op":2,"d":{"token":"x","intents":513,"properties":{"os":"linux"},"shard":[0,1]},"n":[1.5e3,"\u00e9"]}"#.utf8)
        var random = Random(state: 7)
        for _ in 0..<10_000 {
            var bytes = text
            for _ in 0...random.next(3) { bytes[random.next(bytes.count)] = UInt8(random.next(256)) }
            if let value = try? JSONReader.read(bytes) { _ = try JSONReader.read(value.bytes) }
        }
    }
}

/// A small generator, the same numbers each run.
struct Random {
    var state: UInt64
    mutating func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(bound))
    }
}
