// A template's text in pieces: what stands for itself, and the words between {{ }} and {% %}. Comments and the white space that
// blocks swallow are gone afterwards.

enum TemplateToken: Equatable, Sendable {
    case text(String)
    /// `{{` and `{%`
    case beginOutput, beginBlock
    /// `}}` and `%}`
    case endOutput, endBlock
    case name(String)
    case string(String)
    case int(Int)
    case number(Double)
    case sign(String)
}

enum TemplateLexer {
    static func tokens(_ source: String) throws(ChatLayoutError) -> [TemplateToken] {
        var lexer = Lexer(Array(source.unicodeScalars))
        return try lexer.run()
    }
}

private struct Lexer {
    let source: [Unicode.Scalar]
    var at = 0
    var tokens: [TemplateToken] = []
    /// The last block swallows the white space that follows: all of it, or one line break.
    private enum Swallow { case nothing, lineBreak, all }
    private var swallow = Swallow.nothing

    init(_ source: [Unicode.Scalar]) {
        // One line break at the very end does not count.
        self.source = source.last == "\n" ? source.dropLast() : source
    }

    mutating func run() throws(ChatLayoutError) -> [TemplateToken] {
        while at < source.count {
            let start = at
            while at < source.count, !(source[at] == "{" && at + 1 < source.count && "{%#".unicodeScalars.contains(source[at + 1])) {
                at += 1
            }
            let isLast = at >= source.count
            text(source[start..<at], next: isLast ? nil : (source[at + 1], at + 2 < source.count ? source[at + 2] : " "))
            guard !isLast else { break }
            let kind = source[at + 1]
            at += 2
            if at < source.count, source[at] == "-" || source[at] == "+" { at += 1 }
            switch kind {
            case "#": try comment()
            case "{": try inside(.beginOutput, .endOutput, close: "}}")
            default: try inside(.beginBlock, .endBlock, close: "%}")
            }
        }
        return tokens
    }

    /// - Parameter next: the two characters after the brace that ends the text.
    private mutating func text(_ piece: ArraySlice<Unicode.Scalar>, next: (Unicode.Scalar, Unicode.Scalar)?) {
        var piece = piece
        switch swallow {
        case .all: piece = piece.drop { $0.properties.isWhitespace }
        case .lineBreak where piece.first == "\n": piece = piece.dropFirst()
        case .lineBreak where piece.starts(with: ["\r", "\n"]): piece = piece.dropFirst(2)
        default: break
        }
        swallow = .nothing
        if let next {
            if next.1 == "-" {
                while let last = piece.last, last.properties.isWhitespace { piece.removeLast() }
            } else if next.0 != "{", next.1 != "+" {
                // Spaces before a block go, where they are all there is on its line.
                let spaces = piece.reversed().prefix { $0 == " " || $0 == "\t" }.count
                let before = piece.dropLast(spaces)
                if before.last == "\n" || before.isEmpty && (piece.startIndex == 0 || lineBegins(piece.startIndex)) { piece = before }
            }
        }
        if !piece.isEmpty { tokens.append(.text(Self.string(piece))) }
    }

    private func lineBegins(_ index: Int) -> Bool { index == 0 || source[index - 1] == "\n" }

    private static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    private mutating func comment() throws(ChatLayoutError) {
        while at + 1 < source.count, !(source[at] == "#" && source[at + 1] == "}") { at += 1 }
        guard at + 1 < source.count else { throw ChatLayoutError("the chat template has a comment without an end") }
        swallow = source[at - 1] == "-" ? .all : .lineBreak
        at += 2
    }

    private mutating func inside(_ begin: TemplateToken, _ end: TemplateToken, close: String) throws(ChatLayoutError) {
        tokens.append(begin)
        var depth = 0
        let first = tokens.count
        while true {
            guard tokens.count - first < Self.tagLimit else { throw ChatLayoutError("the chat template has a block that is too long") }
            while at < source.count, source[at].properties.isWhitespace { at += 1 }
            guard at < source.count else { throw ChatLayoutError("the chat template ends inside \(begin == .beginOutput ? "{{" : "{%")") }
            let isDash = source[at] == "-" && ends(at + 1, close)
            if depth == 0, isDash || ends(at, close) {
                at += isDash ? 3 : 2
                swallow = isDash ? .all : begin == .beginBlock ? .lineBreak : .nothing
                tokens.append(end)
                return
            }
            let token = try token()
            if case .sign(let sign) = token {
                if sign == "{" { depth += 1 } else if sign == "}" { depth -= 1 }
            }
            tokens.append(token)
        }
    }

    private func ends(_ index: Int, _ close: String) -> Bool { source[min(index, source.count)...].starts(with: close.unicodeScalars) }

    /// Tokens between two braces: bounds how deep an expression can be.
    private static let tagLimit = 400
    private static let longSigns = ["==", "!=", "<=", ">=", "//", "**"]

    private mutating func token() throws(ChatLayoutError) -> TemplateToken {
        let first = source[at]
        if first == "\"" || first == "'" { return try string(first) }
        let start = at
        if first == "_" || first.properties.isAlphabetic {
            while at < source.count, source[at] == "_" || source[at].properties.isAlphabetic || ("0"..."9").contains(source[at]) { at += 1 }
            return .name(Self.string(source[start..<at]))
        }
        if ("0"..."9").contains(first) {
            while at < source.count, ("0"..."9").contains(source[at]) { at += 1 }
            var isWhole = true
            if at + 1 < source.count, source[at] == ".", ("0"..."9").contains(source[at + 1]) {
                isWhole = false
                at += 1
                while at < source.count, ("0"..."9").contains(source[at]) { at += 1 }
            }
            let text = Self.string(source[start..<at])
            if isWhole, let number = Int(text) { return .int(number) }
            if let number = Double(text) { return .number(number) }
        }
        let two = Self.string(source[at..<min(at + 2, source.count)])
        if Self.longSigns.contains(two) {
            at += 2
            return .sign(two)
        }
        guard "+-*/%~|.,:;()[]{}<>=".unicodeScalars.contains(first) else {
            throw ChatLayoutError("the chat template has the unexpected character \"\(first)\"")
        }
        at += 1
        return .sign(String(first))
    }

    private mutating func string(_ quote: Unicode.Scalar) throws(ChatLayoutError) -> TemplateToken {
        var text = String.UnicodeScalarView()
        at += 1
        while at < source.count, source[at] != quote {
            guard source[at] == "\\", at + 1 < source.count else {
                text.append(source[at])
                at += 1
                continue
            }
            switch source[at + 1] {
            case "n": text.append("\n")
            case "t": text.append("\t")
            case "r": text.append("\r")
            case "\\", "'", "\"": text.append(source[at + 1])
            default: text.append(contentsOf: ["\\", source[at + 1]])
            }
            at += 2
        }
        guard at < source.count else { throw ChatLayoutError("the chat template has a string without an end") }
        at += 1
        return .string(String(text))
    }
}
