// What expressions are worth. Python's rules where templates rely on them: negative indices, slices, text times number.

extension TemplateRun {
    mutating func compute(_ expression: TemplateExpression) throws(ChatLayoutError) -> TemplateValue {
        switch expression {
        case .value(let value): return value
        case .name(let name): return lookup(name)
        case .list(let items): return .list(try values(items))
        case .map(let members):
            var map: [(key: String, value: TemplateValue)] = []
            for member in members { map.append((try value(member.key).shown, try value(member.value))) }
            return .map(map)
        case .attribute(let object, let name): return member(try value(object), name)
        case .item(let object, let index): return item(try value(object), try value(index))
        case .slice(let object, let from, let to, let step):
            return try slice(try value(object), try bound(from), try bound(to), try bound(step) ?? 1)
        case .call(let function, let arguments): return try call(function, arguments)
        case .filter(let input, let name, let arguments):
            return try filtered(try value(input), name, try values(arguments.plain), try named(arguments))
        case .test(let input, let name, let arguments): return .flag(try holds(try value(input), name, try values(arguments.plain)))
        case .not(let operand): return .flag(!(try value(operand).isTrue))
        case .minus(let operand):
            switch try value(operand) {
            case .int(let number) where number != .min: return .int(-number)
            case .number(let number): return .number(-number)
            default: throw fault("something is negated that is no number")
            }
        case .and(let left, let right):
            let first = try value(left)
            return first.isTrue ? try value(right) : first
        case .or(let left, let right):
            let first = try value(left)
            return first.isTrue ? first : try value(right)
        case .binary(let sign, let left, let right): return try binary(sign, try value(left), try value(right))
        case .choice(let then, let condition, let otherwise):
            if try value(condition).isTrue { return try value(then) }
            guard let otherwise else { return .undefined }
            return try value(otherwise)
        }
    }

    mutating func values(_ expressions: [TemplateExpression]) throws(ChatLayoutError) -> [TemplateValue] {
        var result: [TemplateValue] = []
        for expression in expressions { result.append(try value(expression)) }
        return result
    }

    mutating func named(_ arguments: TemplateArguments) throws(ChatLayoutError) -> [(name: String, value: TemplateValue)] {
        var result: [(name: String, value: TemplateValue)] = []
        for argument in arguments.named { result.append((argument.name, try value(argument.value))) }
        return result
    }

    private mutating func bound(_ expression: TemplateExpression?) throws(ChatLayoutError) -> Int? {
        guard let expression else { return nil }
        return try value(expression).int
    }

    func member(_ object: TemplateValue, _ name: String) -> TemplateValue {
        switch object {
        case .map(let map): map.first { $0.key == name }?.value ?? .undefined
        case .namespace(let index): objects[index][name] ?? .undefined
        default: .undefined
        }
    }

    private func item(_ object: TemplateValue, _ index: TemplateValue) -> TemplateValue {
        if case .text(let key) = index { return member(object, key) }
        guard let index = index.int else { return .undefined }
        switch object {
        case .list(let list):
            let at = index < 0 ? list.count + index : index
            return list.indices.contains(at) ? list[at] : .undefined
        case .text(let text):
            let scalars = Array(text.unicodeScalars)
            let at = index < 0 ? scalars.count + index : index
            return scalars.indices.contains(at) ? .text(String(scalars[at])) : .undefined
        default: return .undefined
        }
    }

    private func slice(_ object: TemplateValue, _ from: Int?, _ to: Int?, _ step: Int) throws(ChatLayoutError) -> TemplateValue {
        guard step != 0, abs(step) < 1 << 30 else { throw fault("a slice has the step 0") }
        func picked<Item>(_ items: [Item]) -> [Item] {
            func place(_ bound: Int?, _ fallback: Int) -> Int {
                guard let bound else { return fallback }
                let at = bound < 0 ? items.count &+ bound : bound
                return step > 0 ? min(max(at, 0), items.count) : min(max(at, -1), items.count - 1)
            }
            let (first, last) = step > 0 ? (place(from, 0), place(to, items.count)) : (place(from, items.count - 1), place(to, -1))
            return stride(from: first, to: last, by: step).map { items[$0] }
        }
        switch object {
        case .list(let list): return .list(picked(list))
        case .text(let text):
            var view = String.UnicodeScalarView()
            view.append(contentsOf: picked(Array(text.unicodeScalars)))
            return .text(String(view))
        case .undefined: return .undefined
        default: throw fault("something is sliced that is no list")
        }
    }

    private func binary(_ sign: String, _ a: TemplateValue, _ b: TemplateValue) throws(ChatLayoutError) -> TemplateValue {
        switch (sign, a, b) {
        case ("==", _, _): return .flag(a == b)
        case ("!=", _, _): return .flag(!(a == b))
        case ("~", _, _): return .text(a.shown + b.shown)
        case ("in", _, .text(let text)): return .flag(a.shown.isEmpty || text.contains(a.shown))
        case ("in", _, .list(let list)): return .flag(list.contains { $0 == a })
        case ("in", _, .map(let map)): return .flag(map.contains { $0.key == a.shown })
        case ("in", _, .undefined): return .flag(false)
        case ("+", .text(let a), .text(let b)): return .text(a + b)
        case ("+", .list(let a), .list(let b)): return .list(a + b)
        case ("<", .text(let a), .text(let b)): return .flag(a < b)
        case (">", .text(let a), .text(let b)): return .flag(a > b)
        default: break
        }
        guard let x = a.double, let y = b.double else { throw fault("\"\(sign)\" between values that do not fit it") }
        switch sign {
        case "<": return .flag(x < y)
        case ">": return .flag(x > y)
        case "<=": return .flag(x <= y)
        case ">=": return .flag(x >= y)
        default: break
        }
        if let i = a.int, let j = b.int, sign != "/" { return .int(try whole(sign, i, j)) }
        switch sign {
        case "+": return .number(x + y)
        case "-": return .number(x - y)
        case "*": return .number(x * y)
        case "/" where y != 0: return .number(x / y)
        default: throw fault("\"\(sign)\" between values that do not fit it")
        }
    }

    private func whole(_ sign: String, _ i: Int, _ j: Int) throws(ChatLayoutError) -> Int {
        let (result, overflow): (Int, Bool)
        switch sign {
        case "+": (result, overflow) = i.addingReportingOverflow(j)
        case "-": (result, overflow) = i.subtractingReportingOverflow(j)
        case "*": (result, overflow) = i.multipliedReportingOverflow(by: j)
        case "%" where j > 0: (result, overflow) = (((i % j) + j) % j, false)  // the remainder has the divisor's sign
        case "//" where j > 0: (result, overflow) = ((i - ((i % j) + j) % j) / j, false)
        default: throw fault("\"\(sign)\" between values that do not fit it")
        }
        guard !overflow else { throw fault("a number is too large") }
        return result
    }
}
