import DiscordModels
import Foundation
import Support

/// One text read by Foundation and by ours: they must agree on whether it can be read, on what it says, and where it is wrong.
enum JSONReaderComparison {
    /// Asks for everything that a decoder can be asked for, one kind after the other, as ``JSONValue`` does of strange decoders.
    indirect enum Probe: Decodable, Hashable {
        case null
        case bool(Bool), text(String)
        case signed(Int64), unsigned(UInt64), small(Int8), floating(UInt64)
        case list([Probe]), members([String: Probe])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .null
            } else if let value = try? container.decode(Bool.self) {
                self = .bool(value)
            } else if let value = try? container.decode(Int8.self) {
                self = .small(value)
            } else if let value = try? container.decode(Int64.self) {
                self = .signed(value)
            } else if let value = try? container.decode(UInt64.self) {
                self = .unsigned(value)
            } else if let value = try? container.decode(Double.self) {
                self = .floating(value.bitPattern)
            } else if let value = try? container.decode(String.self) {
                self = .text(value)
            } else if var list = try? decoder.unkeyedContainer() {
                var values: [Probe] = []
                while !list.isAtEnd { values.append(try list.decodeNil() ? .null : try list.decode(Probe.self)) }
                self = .list(values)
            } else {
                self = .members(try container.decode([String: Probe].self))
            }
        }
    }

    /// A model of our sort, with every way a member can be asked for.
    struct Form: Decodable, Hashable {
        struct Inner: Decodable, Hashable {
            var id: MessageID
            var name: String?
        }

        var id: UserID?
        var type: Int?
        var name: String?
        var on: Bool?
        var count: UInt64?
        var little: UInt8?
        var ratio: Double?
        var part: Float?
        var inner: Inner?
        var list: [Inner]?
        var ids: [RoleID]?
        var a: String?
        var permissions: Permissions?
        var nonce: Nonce?
    }

    struct Tables: Decodable, Hashable {
        var table: [String: Int]?
        var byID: [UserID: Form.Inner]?
        var any: JSONValue?
    }

    struct Strict: Decodable, Hashable {
        var id: UserID
        var type: Int
        var name: String
        var on: Bool
        var ids: [RoleID]
    }

    private enum Outcome<Value: Hashable>: Equatable {
        case read(Value)
        case refused(String)

        init(_ read: () throws -> Value) { do { self = .read(try read()) } catch { self = .refused(place(of: error)) } }
    }

    /// Kind and place of an error.
    private static func place(of error: any Error) -> String {
        let (what, context): (String, DecodingError.Context) =
            switch error {
            case DecodingError.keyNotFound(let key, let context): ("no \(key.stringValue)", context)
            case DecodingError.typeMismatch(let type, let context): ("not a \(type)", context)
            case DecodingError.valueNotFound(let type, let context): ("null for a \(type)", context)
            case DecodingError.dataCorrupted(let context): ("malformed", context)
            default: ("\(error)", .init(codingPath: [], debugDescription: ""))
            }
        return what + context.codingPath.map { " " + $0.stringValue }.joined()
    }

    /// What they disagree on; nil if they agree.
    ///
    /// - Parameter anywhere: does not compare the places of errors: with two of them in a dictionary, Foundation finds either first.
    static func difference<Value: Decodable & Hashable>(_ bytes: [UInt8], as type: Value.Type, anywhere: Bool = false) -> String? {
        let theirs = Outcome { try JSONDecoder().decode(type, from: Data(bytes)) }
        let ours = Outcome { try JSONReader().decode(type, from: bytes) }
        if theirs == ours { return nil }
        if anywhere, case .refused = theirs, case .refused = ours { return nil }
        return "\(type): theirs \(theirs), ours \(ours) of \(String(decoding: bytes.prefix(2_000), as: UTF8.self))"
    }

    /// Foundation also takes other encodings, which it tells from the first four bytes.
    static func mayBeAnotherEncoding(_ bytes: [UInt8]) -> Bool { bytes.prefix(4).contains { $0 == 0 || $0 >= 0xEF } }
}
