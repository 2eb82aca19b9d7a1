import Foundation
import Storage

/// What a row of this room's tables holds that this program does not know.
struct UnknownValue: Error, CustomStringConvertible {
    let column: String
    var description: String { "column \(column) holds a value of another version of Troupe" }
}

extension SQLRow {
    /// One of a closed set of names.
    func choice<Choice: RawRepresentable<String>>(_ column: String) throws -> Choice {
        guard let value = Choice(rawValue: try get(column)) else { throw UnknownValue(column: column) }
        return value
    }

    /// JSON, as ``json(_:)`` wrote it.
    func decode<Value: Decodable>(_ column: String) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(try get(column, as: String.self).utf8))
    }
}

/// JSON with sorted keys, so that equal values are equal text.
func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}

extension String {
    /// What of it the tables take: so many Unicode scalars at most, and no NUL, which PostgreSQL has no place for.
    func kept(_ limit: Int) -> String {
        guard utf8.count > limit || utf8.contains(0) else { return self }
        return String(UnicodeScalarView(unicodeScalars.lazy.filter { $0 != "\0" }.prefix(limit)))
    }
}
