// Expressions, loosest first: choice, or, and, not, comparison and tests, sums, "~", products, signs, then what hangs on a
// value: attributes, items, calls, filters.

extension TemplateParser {
    mutating func expression() throws(ChatLayoutError) -> TemplateExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.depthLimit else { throw fault("it is nested too deeply") }
        let value = try disjunction()
        guard take(.name("if")) else { return value }
        let condition = try disjunction()
        return .choice(value, condition: condition, otherwise: take(.name("else")) ? try expression() : nil)
    }

    mutating func disjunction() throws(ChatLayoutError) -> TemplateExpression {
        var left = try conjunction()
        while take(.name("or")) { left = .or(left, try conjunction()) }
        return left
    }

    private mutating func conjunction() throws(ChatLayoutError) -> TemplateExpression {
        var left = try negation()
        while take(.name("and")) { left = .and(left, try negation()) }
        return left
    }

    private mutating func negation() throws(ChatLayoutError) -> TemplateExpression {
        var isNegated = false
        while take(.name("not")) { isNegated.toggle() }
        let value = try comparison()
        return isNegated ? .not(value) : value
    }

    private mutating func comparison() throws(ChatLayoutError) -> TemplateExpression {
        var left = try sum()
        while let token = next {
            switch token {
            case .sign(let sign) where ["==", "!=", "<", ">", "<=", ">="].contains(sign):
                at += 1
                left = .binary(sign, left, try sum())
            case .name("in"):
                at += 1
                left = .binary("in", left, try sum())
            case .name("not") where at + 1 < tokens.count && tokens[at + 1] == .name("in"):
                at += 2
                left = .not(.binary("in", left, try sum()))
            case .name("is"):
                at += 1
                let isNegated = take(.name("not"))
                let name = try expectName()
                let test = TemplateExpression.test(left, name, next == .sign("(") ? try arguments() : TemplateArguments())
                left = isNegated ? .not(test) : test
            default: return left
            }
        }
        return left
    }

    private mutating func sum() throws(ChatLayoutError) -> TemplateExpression {
        var left = try joined()
        while case .sign(let sign) = next, sign == "+" || sign == "-" {
            at += 1
            left = .binary(sign, left, try joined())
        }
        return left
    }

    private mutating func joined() throws(ChatLayoutError) -> TemplateExpression {
        var left = try product()
        while take(.sign("~")) { left = .binary("~", left, try product()) }
        return left
    }

    private mutating func product() throws(ChatLayoutError) -> TemplateExpression {
        var left = try signed()
        while case .sign(let sign) = next, ["*", "/", "//", "%"].contains(sign) {
            at += 1
            left = .binary(sign, left, try signed())
        }
        return left
    }

    private mutating func signed() throws(ChatLayoutError) -> TemplateExpression {
        var isNegative = false
        while case .sign(let sign) = next, sign == "-" || sign == "+" {
            at += 1
            if sign == "-" { isNegative.toggle() }
        }
        let value = try hanging(on: try atom())
        return isNegative ? .minus(value) : value
    }

    private mutating func hanging(on first: TemplateExpression) throws(ChatLayoutError) -> TemplateExpression {
        var value = first
        var links = 0
        while case .sign(let sign) = next {
            links += 1
            guard links < Self.depthLimit else { throw fault("an expression is too long") }
            switch sign {
            case ".":
                at += 1
                if case .int(let index) = next {
                    at += 1
                    value = .item(value, .value(.int(index)))
                } else {
                    value = .attribute(value, try expectName())
                }
            case "[":
                at += 1
                value = try subscripted(value)
            case "(": value = .call(value, try arguments())
            case "|":
                at += 1
                let name = try expectName()
                value = .filter(value, name, next == .sign("(") ? try arguments() : TemplateArguments())
            default: return value
            }
        }
        return value
    }

    private mutating func subscripted(_ value: TemplateExpression) throws(ChatLayoutError) -> TemplateExpression {
        var bounds: [TemplateExpression?] = [nil]
        while !take(.sign("]")) {
            if take(.sign(":")) {
                bounds.append(nil)
                guard bounds.count <= 3 else { throw fault("a slice has too many parts") }
            } else {
                guard bounds[bounds.count - 1] == nil else { throw fault("an index without its bracket") }
                bounds[bounds.count - 1] = try expression()
            }
        }
        guard bounds.count > 1 else {
            guard let index = bounds[0] else { throw fault("an index is missing") }
            return .item(value, index)
        }
        return .slice(value, from: bounds[0], to: bounds[1], step: bounds.count > 2 ? bounds[2] : nil)
    }

    mutating func arguments() throws(ChatLayoutError) -> TemplateArguments {
        var result = TemplateArguments()
        try expect(.sign("("))
        while !take(.sign(")")) {
            if case .name(let name) = next, at + 1 < tokens.count, tokens[at + 1] == .sign("=") {
                at += 2
                result.named.append((name, try expression()))
            } else {
                result.plain.append(try expression())
            }
            if !take(.sign(",")), next != .sign(")") { throw fault("an argument without its bracket") }
        }
        return result
    }

    private mutating func atom() throws(ChatLayoutError) -> TemplateExpression {
        guard let token = next else { throw fault("it ends within an expression") }
        at += 1
        switch token {
        case .string(var text):
            while case .string(let more) = next {  // neighbours are one
                text += more
                at += 1
            }
            return .value(.text(text))
        case .int(let number): return .value(.int(number))
        case .number(let number): return .value(.number(number))
        case .name("true"), .name("True"): return .value(.flag(true))
        case .name("false"), .name("False"): return .value(.flag(false))
        case .name("none"), .name("None"): return .value(.none)
        case .name(let name): return .name(name)
        case .sign("("):
            let value = try expression()
            guard next == .sign(",") else {
                try expect(.sign(")"))
                return value
            }
            return .list(try items([value], close: ")"))
        case .sign("["): return .list(try items([], close: "]"))
        case .sign("{"): return try map()
        default: throw fault("unexpected \("\(token)".prefix(60))")
        }
    }

    private mutating func items(_ first: [TemplateExpression], close: String) throws(ChatLayoutError) -> [TemplateExpression] {
        var items = first
        if !first.isEmpty { try expect(.sign(",")) }
        while !take(.sign(close)) {
            items.append(try expression())
            if !take(.sign(",")), next != .sign(close) { throw fault("a list without its bracket") }
        }
        return items
    }

    private mutating func map() throws(ChatLayoutError) -> TemplateExpression {
        var members: [(key: TemplateExpression, value: TemplateExpression)] = []
        while !take(.sign("}")) {
            let key = try expression()
            try expect(.sign(":"))
            members.append((key, try expression()))
            if !take(.sign(",")), next != .sign("}") { throw fault("a map without its brace") }
        }
        return .map(members)
    }
}
