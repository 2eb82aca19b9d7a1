/// Reads a `.env` file: `NAME=value` lines, comments, optional `export`, single or double quotes.
///
/// Refuses to expand variables or run anything: a value is what stands there.
enum DotEnv {
    struct SyntaxError: Error, Equatable, CustomStringConvertible {
        let line: Int
        var description: String { ".env, line \(line): expected NAME=value" }
    }

    static func parse(_ text: String) throws(SyntaxError) -> [String: String] {
        var values: [String: String] = [:]
        for (index, raw) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            var line = trim(raw)
            if line.isEmpty || line.hasPrefix("#") { continue }
            if line.hasPrefix("export ") { line = trim(line.dropFirst("export ".count)) }
            guard let equals = line.firstIndex(of: "=") else { throw SyntaxError(line: index + 1) }
            let name = trim(line[..<equals])
            guard !name.isEmpty, name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }) else { throw SyntaxError(line: index + 1) }
            guard let value = unquote(trim(line[line.index(after: equals)...])) else { throw SyntaxError(line: index + 1) }
            values[String(name)] = value
        }
        return values
    }

    /// The value without its quotes; nil when a quote is not closed.
    private static func unquote(_ text: Substring) -> String? {
        guard let quote = text.first, quote == "\"" || quote == "'" else {
            let comment = text.range(of: " #")
            return String(trim(text[..<(comment?.lowerBound ?? text.endIndex)]))
        }
        let rest = text.dropFirst()
        guard let end = rest.firstIndex(of: quote) else { return nil }
        let value = String(rest[..<end])
        return quote == "'" ? value : value.replacing("\\n", with: "\n")
    }

    private static func trim(_ text: Substring) -> Substring {
        var text = text
        while text.first?.isWhitespace == true { text = text.dropFirst() }
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return text
    }
}

extension Substring {
    fileprivate func range(of needle: String) -> Range<Index>? { firstRange(of: needle) }
}
