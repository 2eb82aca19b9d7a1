// Tokens → ``JSONValue``, which would else try one type after the other and pay for an error each time.

extension JSONTape {
    /// Fails where, and says what, trying them would: a list with something unreadable is told of as no object.
    func tree(_ node: Int) throws -> JSONValue {
        switch tokens[node].kind {
        case .null: return .null
        case .no: return .bool(false)
        case .yes: return .bool(true)
        case .number:
            if let value = try? integer(node, as: Int64.self) { return .integer(value) }
            if let value = try? floating(node, as: Double.self) { return .number(value) }
        case .string:
            if let value = try? string(node) { return .string(value) }
        case .array:
            if let values = try? elements(node) { return .array(values) }
        case .object: return .object(try members(node))
        }
        throw mismatch([String: Any].self, node)
    }

    private func elements(_ node: Int) throws -> [JSONValue] {
        var values: [JSONValue] = []
        values.reserveCapacity(Int(tokens[node].count))
        var element = node + 1
        while element < Int(tokens[node].next) {
            values.append(try tree(element))
            element = Int(tokens[element].next)
        }
        return values
    }

    private func members(_ node: Int) throws -> [String: JSONValue] {
        var values: [String: JSONValue] = [:]
        values.reserveCapacity(Int(tokens[node].count))
        // All keys are judged before the first value.
        if !tokens[node].isPlain { try enter(node) }
        var member = node + 1
        while member < Int(tokens[node].next) {
            let key = try string(member)
            if values[key] == nil { values[key] = try tree(member + 1) }
            member = Int(tokens[member].next)
        }
        return values
    }
}
