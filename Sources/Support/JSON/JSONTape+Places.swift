// Where a value stands, as keys from the outermost: worked out only for an error, so that values that can be read pay nothing for it.

extension JSONTape {
    /// A member's key or an element's number, named as Foundation names it.
    struct Key: CodingKey {
        let stringValue: String
        let intValue: Int?

        init(stringValue: String) { (self.stringValue, intValue) = (stringValue, nil) }
        init(intValue: Int) { (stringValue, self.intValue) = ("\(intValue)", intValue) }
        init(number: Int) { (stringValue, intValue) = ("Index \(number)", number) }
    }

    func path(to node: Int) -> [any CodingKey] {
        var path: [any CodingKey] = []
        var container = 0
        while container != node {
            let isObject = tokens[container].kind == .object
            // A search goes on where the last one in this container ended: many errors in a long list take no squared time.
            var (child, number) = progress[container] ?? (container + 1, 0)
            if child > node { (child, number) = (container + 1, 0) }
            while Int(tokens[child].next) <= node {
                child = Int(tokens[child].next)
                number += 1
            }
            progress[container] = (child, number)
            path.append(isObject ? Key(stringValue: (try? string(child)) ?? "") : Key(number: number))
            container = isObject ? child + 1 : child
        }
        return path
    }

    func context(_ node: Int, _ words: String) -> DecodingError.Context { .init(codingPath: path(to: node), debugDescription: words) }

    /// Not what was wanted: null, or of another kind.
    @inline(never)
    func mismatch(_ type: Any.Type, _ node: Int) -> DecodingError {
        if tokens[node].kind == .null { return .valueNotFound(type, context(node, "null instead of a value")) }
        return .typeMismatch(type, context(node, "a value of another kind"))
    }
}
