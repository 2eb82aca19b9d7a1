// A template at work: statements here, expressions and the functions they call in the files beside it. Steps, depth and
// length are bounded.

struct TemplateRun {
    /// Innermost last.
    private var scopes: [[String: TemplateValue]]
    private var macros: [String: TemplateMacro] = [:]
    var objects: [[String: TemplateValue]] = []
    private var steps = 0
    private var depth = 0

    static let stepLimit = 200_000
    static let depthLimit = 400
    /// Bytes of any text, and of all texts that it makes on its way.
    static let lengthLimit = 16 << 20
    static let workLimit = 256 << 20
    private var work = 0

    init(values: [String: TemplateValue]) { scopes = [values] }

    /// How a run of nodes ended.
    private enum Flow { case on, leave, next }

    mutating func text(of nodes: [TemplateNode]) throws(ChatLayoutError) -> String {
        var text = ""
        _ = try run(nodes, into: &text)
        return text
    }

    func fault(_ what: String) -> ChatLayoutError { ChatLayoutError("the model's chat template failed: \(what)") }

    /// Computes what an expression is worth; every step comes here and is counted.
    mutating func value(_ expression: TemplateExpression) throws(ChatLayoutError) -> TemplateValue {
        steps += 1
        depth += 1
        defer { depth -= 1 }
        guard steps < Self.stepLimit, depth < Self.depthLimit else { throw fault("it does not come to an end") }
        let value = try compute(expression)
        let size =
            switch value {
            case .text(let text): text.utf8.count
            case .list(let list): list.count * MemoryLayout<TemplateValue>.stride
            case .map(let map): map.count * 2 * MemoryLayout<TemplateValue>.stride
            default: 0
            }
        // Names only pass a value on.
        if case .name = expression {} else if case .value = expression {} else { work += size }
        guard size < Self.lengthLimit, work < Self.workLimit else { throw fault("its text is too long") }
        return value
    }

    func lookup(_ name: String) -> TemplateValue {
        for scope in scopes.reversed() { if let value = scope[name] { return value } }
        return .undefined
    }

    private mutating func run(_ nodes: [TemplateNode], into text: inout String) throws(ChatLayoutError) -> Flow {
        for node in nodes {
            let flow = try run(node, into: &text)
            if flow != .on { return flow }
            guard text.utf8.count < Self.lengthLimit else { throw fault("its text is too long") }
        }
        return .on
    }

    private mutating func run(_ node: TemplateNode, into text: inout String) throws(ChatLayoutError) -> Flow {
        steps += 1
        depth += 1
        defer { depth -= 1 }
        guard steps < Self.stepLimit, depth < Self.depthLimit else { throw fault("it does not come to an end") }
        switch node {
        case .text(let piece): text += piece
        case .output(let expression): text += try value(expression).shown
        case .choice(let branches, let otherwise):
            for branch in branches where try value(branch.condition).isTrue { return try run(branch.body, into: &text) }
            return try run(otherwise, into: &text)
        case .loop(let names, let over, let condition, let body, let otherwise):
            return try loop(names, over, condition, body, otherwise, into: &text)
        case .set(let names, let expression): try bind(names, to: try value(expression))
        case .setAttribute(let object, let name, let expression):
            guard case .namespace(let index) = lookup(object) else { throw fault("\(object.prefix(40)) is no namespace") }
            objects[index][name] = try value(expression)
        case .capture(let name, let body):
            var captured = ""
            _ = try run(body, into: &captured)
            try bind([name], to: .text(captured))
        case .macro(let name, let macro): macros[name] = macro
        case .leaveLoop: return .leave
        case .nextRound: return .next
        }
        return .on
    }

    private mutating func bind(_ names: [String], to value: TemplateValue) throws(ChatLayoutError) {
        guard names.count > 1 else {
            scopes[scopes.count - 1][names[0]] = value
            return
        }
        guard case .list(let parts) = value, parts.count == names.count else {
            throw fault("\(names.count) names for another number of values")
        }
        for (name, part) in zip(names, parts) { scopes[scopes.count - 1][name] = part }
    }

    private mutating func loop(
        _ names: [String], _ over: TemplateExpression, _ condition: TemplateExpression?, _ body: [TemplateNode],
        _ otherwise: [TemplateNode], into text: inout String
    ) throws(ChatLayoutError) -> Flow {
        scopes.append([:])
        defer { scopes.removeLast() }
        var items = try elements(try value(over))
        if let condition {
            var kept: [TemplateValue] = []
            for item in items {
                try bind(names, to: item)
                if try value(condition).isTrue { kept.append(item) }
            }
            items = kept
        }
        guard !items.isEmpty else { return try run(otherwise, into: &text) }
        for (index, item) in items.enumerated() {
            scopes[scopes.count - 1] = [:]
            try bind(names, to: item)
            scopes[scopes.count - 1]["loop"] = .map([
                ("index", .int(index + 1)), ("index0", .int(index)), ("first", .flag(index == 0)),
                ("last", .flag(index == items.count - 1)),
                ("length", .int(items.count)), ("revindex", .int(items.count - index)), ("revindex0", .int(items.count - index - 1)),
                ("previtem", index > 0 ? items[index - 1] : .undefined),
                ("nextitem", index + 1 < items.count ? items[index + 1] : .undefined),
            ])
            if try run(body, into: &text) == .leave { break }
        }
        return .on
    }

    /// What a loop goes over.
    func elements(_ value: TemplateValue) throws(ChatLayoutError) -> [TemplateValue] {
        switch value {
        case .list(let list): return list
        case .map(let map): return map.map { .text($0.key) }
        case .text(let text): return text.unicodeScalars.map { .text(String($0)) }
        case .undefined: return []
        default: throw fault("something is gone through that is no list")
        }
    }

    /// Calls a macro, if there is one of this name.
    mutating func callMacro(
        _ name: String, _ plain: [TemplateValue], _ named: [(name: String, value: TemplateValue)]
    ) throws(ChatLayoutError) -> TemplateValue? {
        guard let macro = macros[name] else { return nil }
        var scope: [String: TemplateValue] = [:]
        for (index, parameter) in macro.parameters.enumerated() {
            if index < plain.count {
                scope[parameter.name] = plain[index]
            } else if let given = named.first(where: { $0.name == parameter.name }) {
                scope[parameter.name] = given.value
            } else {
                scope[parameter.name] = try parameter.fallback.map { fallback throws(ChatLayoutError) in try value(fallback) } ?? .undefined
            }
        }
        // A macro sees what is global, and its parameters.
        let outside = scopes
        scopes = [outside[0], scope]
        defer { scopes = outside }
        var text = ""
        _ = try run(macro.body, into: &text)
        return .text(text)
    }
}
