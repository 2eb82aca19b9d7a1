import DiscordModels
import Foundation
import RepeatableChance
import Support

/// Damages bytes the way lines and adversaries do.
struct Mutator {
    var random: SplitMix64
    private static let spice: [[UInt8]] = [
        Array("\"".utf8), Array("\\".utf8), Array("{".utf8), Array("}".utf8), Array("]".utf8), Array("[[[[[[".utf8), Array(":,".utf8),
        Array("null".utf8), Array("-".utf8), Array("99999999999999999999".utf8), Array("1e999".utf8), Array(#"\ud800"#.utf8), [0xFF], [0],
        [0xC3, 0x28], [0, 0, 0xFF, 0xFF], Array("-9223372036854775808".utf8), Array("\r\n--b--".utf8),
    ]

    mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = bytes.isEmpty ? 0 : Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0 where !bytes.isEmpty: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1 where !bytes.isEmpty: bytes[place] = .random(in: 0...255, using: &random)
            case 2: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...20, using: &random)))
            case 3: bytes.insert(contentsOf: Self.spice.randomElement(using: &random)!, at: place)
            case 4: bytes = Array(bytes[..<place])
            default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 30)], at: place)
            }
        }
        return bytes
    }

    /// JSON with a value of another kind in one place, or something in a place that had nothing.
    mutating func mutate(_ value: JSONValue) -> JSONValue {
        if random.chance(5) { return garbage() }
        switch value {
        case .object(var fields) where !fields.isEmpty:
            let key = random.pick(fields.keys.sorted())
            if random.chance(8) { fields[key] = nil } else { fields[key] = mutate(fields[key]!) }
            return .object(fields)
        case .array(var values) where !values.isEmpty:
            let index = Int(random.next() % UInt64(values.count))
            if random.chance(6) { values += Array(repeating: values[index], count: 12) } else { values[index] = mutate(values[index]) }
            return .array(values)
        default: return garbage()
        }
    }

    private mutating func garbage(depth: Int = 0) -> JSONValue {
        switch random.next() % (depth > 3 ? 5 : 9) {
        case 0: return .null
        case 1: return .bool(random.chance(2))
        case 2: return .integer(random.pick([0, -1, 1, 99, 1 << 31, .max, .min]))
        case 3: return .number(random.pick([0.5, -1e300, 1e-9, 4.0]))
        case 4: return .string(random.pick(["", "a", "754679440998400031", "18446744073709551616", "-1", "💥", "\u{0}", "../.."]))
        case 5: return .array((0..<Int(random.next() % 4)).map { _ in garbage(depth: depth + 1) })
        case 6: return (0..<Int(random.next() % 400)).reduce(.null) { inner, _ in .array([inner]) }
        case 7: return (0..<Int(random.next() % 200)).reduce(.null) { inner, _ in .object(["type": 1, "components": .array([inner])]) }
        default: return .object(["id": garbage(depth: depth + 1), "type": garbage(depth: depth + 1), "new": garbage(depth: depth + 1)])
        }
    }
}

extension JSONValue {
    init(reading json: String) throws { self = try JSONDecoder().decode(JSONValue.self, from: Data(json.utf8)) }

    /// With the keys in order: the same bytes in every run.
    var bytes: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return (try? encoder.encode(self)).map { Array($0) } ?? []
    }

    /// The same from a Discord of the future: fields nobody knows in every object, and numbers nobody knows where a kind is told.
    func fromTheFuture(_ random: inout SplitMix64) -> JSONValue {
        switch self {
        case .array(let values): return .array(values.map { $0.fromTheFuture(&random) })
        case .object(let fields):
            var newer: [String: JSONValue] = [:]
            for key in fields.keys.sorted() {
                let value = fields[key]!
                if case .integer = value, Self.kinds.contains(key), random.chance(3) {
                    newer[key] = .integer(random.pick([77, 1_000, 1 << 40]))
                } else {
                    newer[key] = value.fromTheFuture(&random)
                }
            }
            // What is keyed by ids has no names of fields; it may be empty.
            guard !fields.isEmpty, !fields.keys.contains(where: { UInt64($0) != nil }) else { return .object(newer) }
            for name in ["zz_new", "a_new", "_"] where random.chance(2) {
                newer[name] = random.pick([
                    .null, .bool(true), .integer(5), .string("x"), .array([.object(["id": .null])]), .object(["type": 9]),
                ])
            }
            return .object(newer)
        default: return self
        }
    }

    /// Where a number tells a kind, or is a set of bits.
    private static let kinds: Set<String> = [
        "style", "flags", "public_flags", "status", "component_type", "context", "integration_type", "premium_type", "format_type",
        "auto_archive_duration", "color", "position",
    ]
}
