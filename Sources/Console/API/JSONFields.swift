import Foundation
import HTTPTypes
import Support

/// The fields of a JSON object from outside, read one by one with their bounds; what is left over in the end is refused by name.
struct JSONFields {
    /// Any JSON.
    enum Value: Decodable, Sendable, Hashable {
        case null, bool(Bool), integer(Int64), number(Double), string(String)
        /// Nothing here has lists or objects inside.
        case other

        init(from decoder: any Decoder) throws {
            guard let container = try? decoder.singleValueContainer() else {
                self = .other
                return
            }
            if container.decodeNil() {
                self = .null
            } else if let value = try? container.decode(Bool.self) {
                self = .bool(value)
            } else if let value = try? container.decode(Int64.self) {
                self = .integer(value)
            } else if let value = try? container.decode(Double.self) {
                // 3.0 is a whole number in JSON.
                self = Int64(exactly: value).map { .integer($0) } ?? .number(value)
            } else if let value = try? container.decode(String.self) {
                self = .string(value)
            } else {
                self = .other
            }
        }
    }

    private var values: [String: Value]

    /// - Throws: ``Problem`` 400 for what is no JSON object.
    init(_ bytes: [UInt8]) throws {
        guard let values = try? JSONDecoder().decode([String: Value].self, from: Data(bytes)) else {
            throw Problem(.badRequest, "The body must be a JSON object.")
        }
        self.values = values
    }

    /// A text that must be there.
    mutating func string(_ name: String, longest: Int) throws -> String {
        guard let value = try optionalString(name, longest: longest) else { throw Problem(.badRequest, "\(name) is missing.", field: name) }
        return value
    }

    mutating func optionalString(_ name: String, longest: Int) throws -> String? {
        guard let value = values.removeValue(forKey: name) else { return nil }
        guard case .string(let text) = value, text.unicodeScalars.count <= longest else {
            throw Problem(.badRequest, "\(name) must be a text of at most \(longest) characters.", field: name)
        }
        return text
    }

    /// A whole number that must be there.
    mutating func integer(_ name: String, in range: ClosedRange<Int64>) throws -> Int64 {
        guard let value = try optionalInteger(name, in: range) else { throw Problem(.badRequest, "\(name) is missing.", field: name) }
        return value
    }

    mutating func optionalInteger(_ name: String, in range: ClosedRange<Int64>) throws -> Int64? {
        guard let value = values.removeValue(forKey: name) else { return nil }
        guard case .integer(let number) = value, range.contains(number) else {
            throw Problem(
                .badRequest, "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound).", field: name)
        }
        return number
    }

    /// A moment as RFC 3339 writes it: `2027-01-31T12:00:00Z`.
    mutating func optionalMoment(_ name: String) throws -> Timestamp? {
        guard let text = try optionalString(name, longest: 40) else { return nil }
        guard let date = try? Date.ISO8601FormatStyle().parse(text) else {
            throw Problem(.badRequest, "\(name) must be a moment such as 2027-01-31T12:00:00Z.", field: name)
        }
        return Timestamp(millisecondsSinceEpoch: Int64(date.timeIntervalSince1970 * 1_000))
    }

    /// A Discord user, by id: a text of digits, or a number.
    mutating func user(_ name: String) throws -> UInt64 {
        let id: UInt64? =
            switch values.removeValue(forKey: name) {
            case .string(let text): text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? UInt64(text) : nil
            case .integer(let number): UInt64(exactly: number)
            default: nil
            }
        guard let id, id > 0 else { throw Problem(.badRequest, "\(name) must be the id of a Discord user.", field: name) }
        return id
    }

    /// - Throws: ``Problem`` 400 that names a field nobody asked for.
    func finish() throws {
        guard let extra = values.keys.min() else { return }
        throw Problem(.badRequest, "There is no field \(extra.prefix(60)) here.", field: String(extra.prefix(60)))
    }
}
