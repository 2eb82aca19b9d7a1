// The template that comes with a chat model: a program in Jinja that writes a conversation down the way the model was trained
// to read it. This is the part of Jinja that published templates use, read as `transformers` reads it (blocks swallow the
// line break after them and the spaces before them). Templates come from strangers: they can reach nothing but the
// conversation, and their work is bounded.

struct ChatTemplate: Sendable {
    private let program: [TemplateNode]

    static let lengthLimit = 1 << 20

    init(_ text: String) throws(ChatLayoutError) {
        guard text.utf8.count <= Self.lengthLimit else { throw ChatLayoutError("the chat template is longer than a megabyte") }
        var parser = TemplateParser(try TemplateLexer.tokens(text))
        program = try parser.program()
    }

    /// The conversation as text, up to where the assistant's next message begins.
    /// - Parameters:
    ///   - start: the text of the token that begins a text.
    ///   - end: the text of the token that ends one.
    func render(_ messages: [ChatTurn], start: String?, end: String?) throws(ChatLayoutError) -> String {
        let list = messages.map { TemplateValue.map([("role", .text($0.role)), ("content", .text($0.content))]) }
        var run = TemplateRun(values: [
            "messages": .list(list), "add_generation_prompt": .flag(true), "bos_token": .text(start ?? ""), "eos_token": .text(end ?? ""),
        ])
        return try run.text(of: program)
    }
}

/// What a template computes with.
enum TemplateValue: Sendable {
    case undefined
    case none
    case flag(Bool)
    case int(Int)
    case number(Double)
    case text(String)
    case list([TemplateValue])
    case map([(key: String, value: TemplateValue)])
    /// An object whose attributes can be set; its number among the run's objects.
    case namespace(Int)

    var isTrue: Bool {
        switch self {
        case .undefined, .none: false
        case .flag(let flag): flag
        case .int(let number): number != 0
        case .number(let number): number != 0
        case .text(let text): !text.isEmpty
        case .list(let list): !list.isEmpty
        case .map(let map): !map.isEmpty
        case .namespace: true
        }
    }

    /// As it is written into the text.
    var shown: String {
        switch self {
        case .undefined: ""
        case .none: "None"
        case .flag(let flag): flag ? "True" : "False"
        case .int(let number): String(number)
        case .number(let number): String(number)
        case .text(let text): text
        case .list, .map, .namespace: json
        }
    }

    /// As `json.dumps` writes it. Lists can hold one another many times over, so what it looks at is bounded.
    var json: String {
        var text = ""
        var budget = Self.looks
        write(into: &text, &budget)
        return text
    }

    private static let looks = 20_000

    private func write(into result: inout String, _ budget: inout Int) {
        budget -= 1
        guard budget > 0 else { return }
        switch self {
        case .undefined, .none, .namespace: result += "null"
        case .flag(let flag): result += flag ? "true" : "false"
        case .int(let number): result += String(number)
        case .number(let number): result += String(number)
        case .list(let list):
            result += "["
            for (index, item) in list.enumerated() {
                if index > 0 { result += ", " }
                item.write(into: &result, &budget)
            }
            result += "]"
        case .map(let map):
            result += "{"
            for (index, member) in map.enumerated() {
                if index > 0 { result += ", " }
                TemplateValue.text(member.key).write(into: &result, &budget)
                result += ": "
                member.value.write(into: &result, &budget)
            }
            result += "}"
        case .text(let text): Self.write(text, into: &result)
        }
    }

    private static func write(_ text: String, into result: inout String) {
        result += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{8}": result += "\\b"
            case "\u{C}": result += "\\f"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        result += "\""
    }

    static func == (a: TemplateValue, b: TemplateValue) -> Bool {
        var budget = looks
        return a.equals(b, &budget)
    }

    private func equals(_ other: TemplateValue, _ budget: inout Int) -> Bool {
        budget -= 1
        guard budget > 0 else { return false }
        switch (self, other) {
        case (.none, .none), (.undefined, .undefined): return true
        case (.text(let a), .text(let b)): return a.utf8.elementsEqual(b.utf8)
        case (.list(let a), .list(let b)):
            return a.count == b.count && zip(a, b).allSatisfy { $0.equals($1, &budget) }
        case (.map(let a), .map(let b)):
            return a.count == b.count
                && a.allSatisfy { one in b.contains { $0.key == one.key && one.value.equals($0.value, &budget) } }
        case (.namespace(let a), .namespace(let b)): return a == b
        default:
            guard let a = double, let b = other.double else { return false }
            return a == b
        }
    }

    /// Numbers, and flags as Python has them: 0 and 1.
    var double: Double? {
        switch self {
        case .flag(let flag): flag ? 1 : 0
        case .int(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }

    var int: Int? {
        switch self {
        case .flag(let flag): flag ? 1 : 0
        case .int(let number): number
        default: nil
        }
    }
}
