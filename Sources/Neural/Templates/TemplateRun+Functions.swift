// What templates can call: functions, methods of texts and maps, filters, tests. Nothing here reaches outside the template.
import Foundation

extension TemplateRun {
    mutating func call(_ function: TemplateExpression, _ arguments: TemplateArguments) throws(ChatLayoutError) -> TemplateValue {
        let plain = try values(arguments.plain)
        let named = try named(arguments)
        switch function {
        case .attribute(let object, let name): return try method(try value(object), name, plain)
        case .name(let name):
            if let result = try callMacro(name, plain, named) { return result }
            switch name {
            case "raise_exception": throw ChatLayoutError("the model's chat template says: \(plain.first?.shown.prefix(200) ?? "no")")
            case "namespace":
                guard objects.count < 1000 else { throw fault("it makes too many namespaces") }
                objects.append(Dictionary(named.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }))
                return .namespace(objects.count - 1)
            case "dict": return .map(named.map { ($0.name, $0.value) })
            case "range":
                let bounds = plain.compactMap(\.int)
                guard bounds.count == plain.count, (1...3).contains(bounds.count), bounds.count < 3 || bounds[2] != 0 else {
                    throw fault("range wants one to three whole numbers")
                }
                let (from, to, step) = (
                    bounds.count > 1 ? bounds[0] : 0, bounds.count > 1 ? bounds[1] : bounds[0], bounds.count > 2 ? bounds[2] : 1
                )
                return .list(stride(from: from, to: to, by: step).prefix(100_000).map { .int($0) })
            default: throw fault("the function \"\(name.prefix(40))\" is not known")
            }
        default: throw fault("something is called that is no function")
        }
    }

    private func method(_ object: TemplateValue, _ name: String, _ arguments: [TemplateValue]) throws(ChatLayoutError) -> TemplateValue {
        switch object {
        case .text(let text):
            let argument = arguments.first?.shown
            switch name {
            case "strip": return .text(Self.stripped(text, argument, left: true, right: true))
            case "lstrip": return .text(Self.stripped(text, argument, left: true, right: false))
            case "rstrip": return .text(Self.stripped(text, argument, left: false, right: true))
            case "startswith": return .flag(text.utf8.starts(with: (argument ?? "").utf8))
            case "endswith": return .flag(text.utf8.reversed().starts(with: (argument ?? "").utf8.reversed()))
            case "upper", "lower", "title", "capitalize": return try filtered(object, name, [], [])
            case "replace" where arguments.count >= 2:
                return .text(text.replacingOccurrences(of: arguments[0].shown, with: arguments[1].shown, options: .literal))
            case "find":
                return .int(text.range(of: argument ?? "", options: .literal).map { text[..<$0.lowerBound].unicodeScalars.count } ?? -1)
            case "split":
                guard let separator = argument, !separator.isEmpty else {
                    return .list(text.split(whereSeparator: \.isWhitespace).map { .text(String($0)) })
                }
                let parts = text.components(separatedBy: separator)
                guard let most = arguments.dropFirst().first?.int, most >= 0, parts.count > most + 1 else {
                    return .list(parts.map { .text($0) })
                }
                return .list(parts[..<most].map { .text($0) } + [.text(parts[most...].joined(separator: separator))])
            default: break
            }
        case .map(let map):
            switch name {
            case "items": return .list(map.map { .list([.text($0.key), $0.value]) })
            case "keys": return .list(map.map { .text($0.key) })
            case "values": return .list(map.map(\.value))
            case "get":
                if let found = map.first(where: { $0.key == arguments.first?.shown }) { return found.value }
                return arguments.count > 1 ? arguments[1] : .none
            default: break
            }
        default: break
        }
        throw fault("the method \"\(name.prefix(40))\" is not known")
    }

    func filtered(
        _ input: TemplateValue, _ name: String, _ arguments: [TemplateValue], _ named: [(name: String, value: TemplateValue)]
    ) throws(ChatLayoutError) -> TemplateValue {
        switch name {
        case "trim": return .text(Self.stripped(input.shown, arguments.first?.shown, left: true, right: true))
        case "upper": return .text(input.shown.uppercased())
        case "lower": return .text(input.shown.lowercased())
        case "title": return .text(input.shown.capitalized)
        case "capitalize": return .text(input.shown.prefix(1).uppercased() + input.shown.dropFirst().lowercased())
        case "string": return .text(input.shown)
        case "int": return .int(input.int ?? Int(input.shown) ?? 0)
        case "safe": return input
        case "tojson":
            if named.contains(where: { $0.name == "indent" }) { throw fault("tojson with an indent is not supported") }
            return .text(input.json)
        case "length", "count":
            if case .map(let map) = input { return .int(map.count) }
            return .int(try elements(input).count)
        case "first": return try elements(input).first ?? .undefined
        case "last": return try elements(input).last ?? .undefined
        case "list": return .list(try elements(input))
        case "reverse": return .list(try elements(input).reversed())
        case "unique":
            return .list(
                try elements(input).reduce(into: []) { kept, item in if !kept.contains(where: { $0 == item }) { kept.append(item) } })
        case "join": return .text(try elements(input).map(\.shown).joined(separator: arguments.first?.shown ?? ""))
        case "items": return try method(input, "items", [])
        case "replace" where arguments.count >= 2: return try method(.text(input.shown), "replace", arguments)
        case "default", "d":
            let isGone = if case .undefined = input { true } else { false }
            let alsoFalse = arguments.dropFirst().first?.isTrue ?? named.first { $0.name == "boolean" }?.value.isTrue ?? false
            return isGone || alsoFalse && !input.isTrue ? arguments.first ?? .text("") : input
        case "selectattr", "rejectattr":
            guard let attribute = arguments.first?.shown else { throw fault("\(name) wants an attribute") }
            var kept: [TemplateValue] = []
            for item in try elements(input) {
                let value = member(item, attribute)
                let isKept = arguments.count > 1 ? try holds(value, arguments[1].shown, Array(arguments.dropFirst(2))) : value.isTrue
                if isKept == (name == "selectattr") { kept.append(item) }
            }
            return .list(kept)
        case "map":
            guard let attribute = named.first(where: { $0.name == "attribute" })?.value.shown else {
                let filter = arguments.first?.shown ?? ""
                guard filter != "map" else { throw fault("map of map is not supported") }
                var result: [TemplateValue] = []
                for item in try elements(input) { result.append(try filtered(item, filter, Array(arguments.dropFirst()), [])) }
                return .list(result)
            }
            return .list(try elements(input).map { member($0, attribute) })
        default: throw fault("the filter \"\(name.prefix(40))\" is not known")
        }
    }

    func holds(_ input: TemplateValue, _ test: String, _ arguments: [TemplateValue]) throws(ChatLayoutError) -> Bool {
        switch (test, input) {
        case ("undefined", .undefined), ("none", .none), ("string", .text), ("mapping", .map), ("boolean", .flag), ("integer", .int),
            ("float", .number), ("number", .int), ("number", .number), ("sequence", .list), ("sequence", .text), ("sequence", .map),
            ("iterable", .list), ("iterable", .text), ("iterable", .map), ("true", .flag(true)), ("false", .flag(false)):
            return true
        case ("defined", .undefined): return false
        case ("defined", _): return true
        case ("undefined", _), ("none", _), ("string", _), ("mapping", _), ("boolean", _), ("integer", _), ("float", _), ("number", _),
            ("sequence", _), ("iterable", _), ("true", _), ("false", _):
            return false
        case ("odd", .int(let number)): return number % 2 != 0
        case ("even", .int(let number)): return number % 2 == 0
        case ("divisibleby", .int(let number)): return arguments.first?.int.map { $0 != 0 && number % $0 == 0 } ?? false
        case ("equalto", _), ("eq", _): return arguments.first.map { $0 == input } ?? false
        case ("ne", _): return arguments.first.map { !($0 == input) } ?? true
        case ("in", _):
            return try arguments.first.map { list throws(ChatLayoutError) in try elements(list).contains { $0 == input } } ?? false
        default: throw fault("the test \"\(test.prefix(40))\" is not known")
        }
    }

    private static func stripped(_ text: String, _ letters: String?, left: Bool, right: Bool) -> String {
        let set = letters.map { Set($0.unicodeScalars) }
        func goes(_ scalar: Unicode.Scalar) -> Bool { set?.contains(scalar) ?? scalar.properties.isWhitespace }
        var view = text.unicodeScalars[...]
        if left { view = view.drop(while: goes) }
        if right { while let last = view.last, goes(last) { view.removeLast() } }
        return String(view)
    }
}
