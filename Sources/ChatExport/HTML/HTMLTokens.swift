/// Cuts HTML into tags and texts as its bytes come. Reads well-formed and minified pages (attributes without quotes); skips comments,
/// scripts and styles.
struct HTMLTokens {
    struct Tag {
        var name: String
        var isClosing = false
        var attributes: [String: String] = [:]

        func has(_ name: String) -> Bool {
            attributes["class"].map { $0.split(separator: " ").contains { $0 == name } } ?? false
        }
    }

    enum Token {
        case tag(Tag)
        case text(String)
    }

    /// Longest tag or text: pictures may stand inside a tag.
    static let limit = 16 << 20

    private var pending: [UInt8] = []
    /// Inside an element whose content is no HTML, up to its end tag.
    private var raw: String?
    private var offset = 0
    /// So much of `pending` holds no end of what it begins.
    private var searched = 0

    mutating func feed(_ bytes: [UInt8], _ each: (Token) throws -> Void) throws {
        pending.append(contentsOf: bytes)
        var start = 0
        while let end = try token(from: start, each) {
            start = end
            searched = 0
        }
        pending.removeFirst(start)
        offset += bytes.count
        guard pending.count <= Self.limit else { throw ExportError.tooLarge("a tag", limit: Self.limit, at: offset) }
    }

    mutating func finish(_ each: (Token) throws -> Void) throws {
        if pending.contains(UInt8(ascii: "<")) || raw != nil { throw ExportError.truncated }
        if !pending.isEmpty { try each(.text(HTMLEntities.decode(String(decoding: pending, as: UTF8.self)))) }
    }

    /// Reads one token; where it ends, or nil when more bytes are needed.
    private mutating func token(from start: Int, _ each: (Token) throws -> Void) throws -> Int? {
        guard start < pending.count else { return nil }
        if let raw {
            guard let end = find("</\(raw)", from: start) else { return nil }
            self.raw = nil
            return end
        }
        guard pending[start] == UInt8(ascii: "<") else {
            guard let end = pending[(start + searched)...].firstIndex(of: UInt8(ascii: "<")) else {
                searched = pending.count - start
                return nil
            }
            try each(.text(HTMLEntities.decode(String(decoding: pending[start..<end], as: UTF8.self))))
            return end
        }
        if pending[start...].starts(with: "<!--".utf8) { return find("-->", from: start).map { $0 + 3 } }
        guard pending.count > start + 4 else { return nil }
        guard let end = tagEnd(from: start) else { return nil }
        guard let tag = Self.tag(pending[(start + 1)..<end]) else { return end + 1 }
        if !tag.isClosing, ["script", "style"].contains(tag.name) { raw = tag.name }
        try each(.tag(tag))
        return end + 1
    }

    /// The `>` that ends the tag, outside of quotes.
    private func tagEnd(from start: Int) -> Int? {
        var quote: UInt8?
        for index in (start + 1)..<pending.count {
            let byte = pending[index]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: ">") {
                return index
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'"), pending[index - 1] == UInt8(ascii: "=") {
                quote = byte
            }
        }
        return nil
    }

    private func find(_ text: String, from start: Int) -> Int? {
        let wanted = Array(text.utf8)
        var index = start
        while index + wanted.count <= pending.count {
            if pending[index] == wanted[0], pending[index..<(index + wanted.count)].elementsEqual(wanted) { return index }
            index += 1
        }
        return nil
    }

    private static func tag(_ bytes: ArraySlice<UInt8>) -> Tag? {
        var rest = bytes
        func isSpace(_ byte: UInt8) -> Bool { byte <= 0x20 }
        func take(while condition: (UInt8) -> Bool) -> String {
            let taken = rest.prefix(while: condition)
            rest = rest.dropFirst(taken.count)
            return String(decoding: taken, as: UTF8.self)
        }
        var tag = Tag(name: "")
        if rest.first == UInt8(ascii: "/") {
            tag.isClosing = true
            rest = rest.dropFirst()
        }
        tag.name = take { !isSpace($0) && $0 != UInt8(ascii: "/") }.lowercased()
        guard let first = tag.name.utf8.first, (97...122).contains(first) else { return nil }
        while true {
            rest = rest.drop { isSpace($0) || $0 == UInt8(ascii: "/") }
            guard !rest.isEmpty else { return tag }
            let name = take { !isSpace($0) && $0 != UInt8(ascii: "=") }.lowercased()
            guard rest.first == UInt8(ascii: "=") else {
                tag.attributes[name] = ""
                if name.isEmpty { rest = rest.dropFirst() }
                continue
            }
            rest = rest.dropFirst()
            if let quote = rest.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
                rest = rest.dropFirst()
                tag.attributes[name] = HTMLEntities.decode(take { $0 != quote })
                rest = rest.dropFirst()
            } else {
                tag.attributes[name] = HTMLEntities.decode(take { !isSpace($0) })
            }
        }
    }
}

/// `&amp;` and its kin.
enum HTMLEntities {
    private static let names: [Substring: Unicode.Scalar] = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": " ",
    ]

    static func decode(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "&")) else { return text }
        var result = ""
        var rest = text[...]
        while let start = rest.firstIndex(of: "&") {
            result += rest[..<start]
            rest = rest[start...]
            if let end = rest.prefix(12).firstIndex(of: ";"), let scalar = scalar(rest[rest.index(after: start)..<end]) {
                result.unicodeScalars.append(scalar)
                rest = rest[rest.index(after: end)...]
            } else {
                result.append("&")
                rest = rest.dropFirst()
            }
        }
        return result + rest
    }

    private static func scalar(_ name: Substring) -> Unicode.Scalar? {
        guard name.first == "#" else { return names[name] }
        let digits = name.dropFirst()
        let value = digits.first == "x" || digits.first == "X" ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        return value.flatMap(Unicode.Scalar.init)
    }
}
