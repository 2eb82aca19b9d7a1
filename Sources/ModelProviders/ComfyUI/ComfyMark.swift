import Support

/// Marks in a workflow's texts: `%prompt%`, or `%steps:25%` with what stands there for a request that does not say it. Pure.
enum ComfyMark {
    struct Found: Sendable, Hashable {
        var slot: ComfySlot
        var usual: String?
        fileprivate var range: Range<String.Index>
    }

    static func all(in tree: JSONValue) -> [Found] {
        switch tree {
        case .string(let text): find(in: text)
        case .array(let elements): elements.flatMap { all(in: $0) }
        case .object(let members): members.values.flatMap { all(in: $0) }
        default: []
        }
    }

    /// A text with its marks replaced, once: what people wrote is not searched for marks. A text that is one mark and nothing else
    /// becomes the value itself, be it a number.
    static func filled(_ tree: JSONValue, _ value: (ComfySlot) -> JSONValue?) -> JSONValue {
        guard case .string(let text) = tree else { return tree }
        let marks = find(in: text)
        if let only = marks.first, only.range == text.startIndex..<text.endIndex { return replacement(only, value) }
        var result = ""
        var at = text.startIndex
        for mark in marks {
            result += text[at..<mark.range.lowerBound] + written(replacement(mark, value))
            at = mark.range.upperBound
        }
        return .string(result + text[at...])
    }

    private static func replacement(_ mark: Found, _ value: (ComfySlot) -> JSONValue?) -> JSONValue {
        if let value = value(mark.slot) { return value }
        guard let usual = mark.usual else { return mark.slot.fallback }
        switch mark.slot.fallback {
        case .integer: return Int64(usual).map { .integer($0) } ?? mark.slot.fallback
        case .number: return Double(usual).map { .number($0) } ?? mark.slot.fallback
        default: return .string(usual)
        }
    }

    private static func written(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): text
        case .integer(let number): String(number)
        case .number(let number): String(number)
        default: ""
        }
    }

    private static func find(in text: String) -> [Found] {
        guard text.contains("%") else { return [] }
        return text.matches(of: /%([a-z]+)(?::([^%]*))?%/).compactMap { match in
            ComfySlot(rawValue: String(match.1)).map { Found(slot: $0, usual: match.2.map { String($0) }, range: match.range) }
        }
    }
}
