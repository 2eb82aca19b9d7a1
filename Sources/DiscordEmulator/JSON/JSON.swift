import OrderedCollections

/// A JSON value as it came over the wire, before anybody decided what it should be.
///
/// The emulator looks at requests in this form, so that a wrong type is refused with Discord's own words and not swallowed by a
/// decoder; and it builds its responses in it, so that it can say things that no model type of ours knows.
enum JSON: Sendable, Hashable {
    case null
    case bool(Bool)
    case int(Int64)
    case double(Double)
    case string(String)
    case array([JSON])
    case object(JSONObject)
}

/// Members in the order they were written.
typealias JSONObject = OrderedDictionary<String, JSON>

extension JSON {
    var string: String? { if case .string(let s) = self { s } else { nil } }
    var bool: Bool? { if case .bool(let b) = self { b } else { nil } }
    var array: [JSON]? { if case .array(let a) = self { a } else { nil } }
    var object: JSONObject? { if case .object(let o) = self { o } else { nil } }
    var isNull: Bool { self == .null }

    /// An integer, also one written as `3.0`.
    var int: Int64? {
        switch self {
        case .int(let i): i
        case .double(let d): Int64(exactly: d)
        default: nil
        }
    }

    var double: Double? {
        switch self {
        case .int(let i): Double(i)
        case .double(let d): d
        default: nil
        }
    }

    /// An id, which Discord accepts as a string of digits and as a number.
    var id: ID? {
        switch self {
        case .string(let s): ID(s)
        case .int(let i) where i >= 0: ID(UInt64(i))
        default: nil
        }
    }

    /// A member of an object; nil if this is no object or has none of that name.
    subscript(_ key: String) -> JSON? { object?[key] }

    /// The same object with some members set anew; anything else stays as it is.
    func merging(_ other: JSONObject) -> JSON {
        guard case .object(var object) = self else { return self }
        for (key, value) in other { object[key] = value }
        return .object(object)
    }
}

extension JSON {
    static func id(_ id: ID) -> JSON { .string(id.description) }
    static func id(_ id: ID?) -> JSON { id.map { .string($0.description) } ?? .null }
    static func int(_ value: Int) -> JSON { .int(Int64(value)) }
    static func ids(_ ids: some Sequence<ID>) -> JSON { .array(ids.map { .id($0) }) }
    static func optional(_ value: String?) -> JSON { value.map { .string($0) } ?? .null }
    static func list(_ values: some Sequence<JSON>) -> JSON { .array(Array(values)) }
    static let empty = JSON.object([:])
    static let none = JSON.array([])
}

extension JSON: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByDictionaryLiteral,
    ExpressibleByArrayLiteral
{
    init(stringLiteral value: String) { self = .string(value) }
    init(integerLiteral value: Int64) { self = .int(value) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(arrayLiteral elements: JSON...) { self = .array(elements) }
    init(dictionaryLiteral elements: (String, JSON)...) { self = .object(JSONObject(elements, uniquingKeysWith: { _, last in last })) }
}
