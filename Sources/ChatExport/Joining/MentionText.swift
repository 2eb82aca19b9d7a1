/// Turns Discord's marks into what people saw: `<@5>` into `@Bob`, `<#7>` into `#channel`, `<:wave:9>` into `:wave:`.
enum MentionText {
    static func resolve(_ text: String, mentions: [ExportedAuthor]) -> String {
        guard text.utf8.contains(UInt8(ascii: "<")) else { return text }
        var result = ""
        var rest = text[...]
        while let start = rest.firstIndex(of: "<") {
            result += rest[..<start]
            rest = rest[start...]
            guard let end = rest.prefix(64).firstIndex(of: ">"),
                let word = seen(rest[rest.index(after: start)..<end], mentions)
            else {
                result.append("<")
                rest = rest.dropFirst()
                continue
            }
            result += word
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    private static func seen(_ mark: Substring, _ mentions: [ExportedAuthor]) -> String? {
        func id(_ text: Substring) -> UInt64? { UInt64(text) }
        if mark.hasPrefix("@&") { return id(mark.dropFirst(2)).map { _ in "@everybody there" } }
        if mark.hasPrefix("@") {
            guard let id = id(mark.dropFirst(mark.hasPrefix("@!") ? 2 : 1)) else { return nil }
            return "@" + (mentions.first { $0.id == id }?.shownName ?? "someone")
        }
        if mark.hasPrefix("#") { return id(mark.dropFirst()).map { _ in "#channel" } }
        let parts = mark.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count == 3, parts[0].isEmpty || parts[0] == "a", UInt64(parts[2]) != nil { return ":\(parts[1]):" }
        return parts.count >= 2 && parts[0] == "t" && Int(parts[1]) != nil ? "then" : nil
    }
}
