// Tokens to a tree: statements here, expressions in the file beside it. Nesting is bounded, so no template can exhaust the stack.

struct TemplateParser {
    let tokens: [TemplateToken]
    var at = 0
    var depth = 0

    static let depthLimit = 64

    init(_ tokens: [TemplateToken]) { self.tokens = tokens }

    var next: TemplateToken? { at < tokens.count ? tokens[at] : nil }

    mutating func program() throws(ChatLayoutError) -> [TemplateNode] {
        let nodes = try body(until: [])
        guard next == nil else { throw fault("a block ends that was not begun") }
        return nodes
    }

    func fault(_ what: String) -> ChatLayoutError { ChatLayoutError("the chat template is not understood: \(what)") }

    mutating func take(_ token: TemplateToken) -> Bool {
        guard next == token else { return false }
        at += 1
        return true
    }

    mutating func expect(_ token: TemplateToken) throws(ChatLayoutError) {
        guard take(token) else { throw fault("expected \(token), found \(next.map { "\($0)".prefix(60) } ?? "the end")") }
    }

    mutating func expectName() throws(ChatLayoutError) -> String {
        guard case .name(let name) = next else { throw fault("expected a name, found \(next.map { "\($0)".prefix(60) } ?? "the end")") }
        at += 1
        return name
    }

    /// Nodes up to a block of one of these names, which stays.
    private mutating func body(until ends: Set<String>) throws(ChatLayoutError) -> [TemplateNode] {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.depthLimit else { throw fault("it is nested too deeply") }
        var nodes: [TemplateNode] = []
        while let token = next {
            switch token {
            case .text(let text):
                at += 1
                nodes.append(.text(text))
            case .beginOutput:
                at += 1
                nodes.append(.output(try expression()))
                try expect(.endOutput)
            case .beginBlock:
                guard at + 1 < tokens.count, case .name(let name) = tokens[at + 1] else { throw fault("a block without a name") }
                if ends.contains(name) { return nodes }
                at += 2
                nodes += try block(name)
            default: throw fault("unexpected \("\(token)".prefix(60))")
            }
        }
        guard ends.isEmpty else { throw fault("a block has no end: expected \(ends.sorted().joined(separator: " or "))") }
        return nodes
    }

    /// `{% name %}` that ends something.
    private mutating func end(_ name: String) throws(ChatLayoutError) {
        try expect(.beginBlock)
        try expect(.name(name))
        try expect(.endBlock)
    }

    private mutating func block(_ name: String) throws(ChatLayoutError) -> [TemplateNode] {
        switch name {
        case "if": return [try choice()]
        case "for": return [try loop()]
        case "set": return [try assignment()]
        case "macro": return [try macro()]
        case "break", "continue":
            try expect(.endBlock)
            return [name == "break" ? .leaveLoop : .nextRound]
        case "generation":  // marks what a model learns to write
            try expect(.endBlock)
            let nodes = try body(until: ["endgeneration"])
            try end("endgeneration")
            return nodes
        default: throw fault("the block \"\(name.prefix(40))\" is not supported")
        }
    }

    private mutating func choice() throws(ChatLayoutError) -> TemplateNode {
        var branches: [(condition: TemplateExpression, body: [TemplateNode])] = []
        var otherwise: [TemplateNode] = []
        let first = try expression()
        try expect(.endBlock)
        branches.append((first, try body(until: ["elif", "else", "endif"])))
        while true {
            try expect(.beginBlock)
            switch try expectName() {
            case "elif":
                let condition = try expression()
                try expect(.endBlock)
                branches.append((condition, try body(until: ["elif", "else", "endif"])))
            case "else":
                try expect(.endBlock)
                otherwise = try body(until: ["endif"])
            default:
                try expect(.endBlock)
                return .choice(branches, otherwise: otherwise)
            }
        }
    }

    private mutating func loop() throws(ChatLayoutError) -> TemplateNode {
        var names = [try expectName()]
        while take(.sign(",")) { names.append(try expectName()) }
        try expect(.name("in"))
        let list = try disjunction()
        let condition = take(.name("if")) ? try expression() : nil
        if take(.name("recursive")) { throw fault("recursive loops are not supported") }
        try expect(.endBlock)
        let inner = try body(until: ["else", "endfor"])
        var otherwise: [TemplateNode] = []
        try expect(.beginBlock)
        if try expectName() == "else" {
            try expect(.endBlock)
            otherwise = try body(until: ["endfor"])
            try expect(.beginBlock)
            _ = try expectName()
        }
        try expect(.endBlock)
        return .loop(names: names, over: list, when: condition, body: inner, otherwise: otherwise)
    }

    private mutating func assignment() throws(ChatLayoutError) -> TemplateNode {
        var names = [try expectName()]
        if take(.sign(".")) {
            let attribute = try expectName()
            try expect(.sign("="))
            let value = try expression()
            try expect(.endBlock)
            return .setAttribute(of: names[0], name: attribute, value)
        }
        while take(.sign(",")) { names.append(try expectName()) }
        if take(.sign("=")) {
            let value = try expression()
            try expect(.endBlock)
            return .set(names: names, value)
        }
        try expect(.endBlock)
        let inner = try body(until: ["endset"])
        try end("endset")
        return .capture(name: names[0], inner)
    }

    private mutating func macro() throws(ChatLayoutError) -> TemplateNode {
        let name = try expectName()
        var parameters: [(name: String, fallback: TemplateExpression?)] = []
        try expect(.sign("("))
        while !take(.sign(")")) {
            let parameter = try expectName()
            parameters.append((parameter, take(.sign("=")) ? try expression() : nil))
            if !take(.sign(",")), next != .sign(")") { throw fault("the parameters of \(name.prefix(40))") }
        }
        try expect(.endBlock)
        let inner = try body(until: ["endmacro"])
        try end("endmacro")
        return .macro(name: name, TemplateMacro(parameters: parameters, body: inner))
    }
}
