/// Finds what must not be said again: passwords and keys, addresses of people, mail and machines, telephone and card numbers.
/// Rather too careful than not: a message lost costs nothing.
enum PrivateText {
    static func holdsSecret(_ text: String) -> Bool {
        if text.contains("-----BEGIN") { return true }
        let words = text.split(whereSeparator: \.isWhitespace)
        for (index, word) in words.enumerated() {
            if isKey(word.trimmed) { return true }
            guard isPasswordWord(word), index + 1 < words.count else { continue }
            // "password: x", "pw = x", "my password is x".
            let next = words[index + 1].lowercased()
            if word.hasSuffix(":") || word.hasSuffix("=") || ["is", "=", ":", "ist"].contains(next) { return true }
        }
        return words.contains { word in
            ["password:", "password=", "passwort:", "pw:", "pwd=", "token=", "api_key=", "secret="].contains {
                word.lowercased().hasPrefix($0) && word.count > $0.count
            }
        }
    }

    static func holdsAddress(_ text: String) -> Bool {
        let words = text.split(whereSeparator: \.isWhitespace)
        if words.contains(where: { isMail($0.trimmed) || isMachine($0.trimmed) }) { return true }
        return hasLongNumber(text) || hasStreet(words)
    }

    private static func isPasswordWord(_ word: Substring) -> Bool {
        ["password", "passwort", "passwd", "pw", "pwd", "passcode", "pin", "token", "api-key", "apikey"].contains(
            word.lowercased().filter { $0.isLetter || $0 == "-" })
    }

    /// Keys of well-known makes, tokens of Discord's shape, and anything long that no person would think up.
    private static func isKey(_ word: Substring) -> Bool {
        guard word.utf8.count >= 16, word.utf8.allSatisfy({ $0 < 0x80 }), !word.contains("/"), !word.hasPrefix("http") else { return false }
        if ["sk-", "ghp_", "gho_", "github_pat_", "xoxb-", "xoxp-", "AKIA", "AIza", "glpat-", "hf_", "eyJ"].contains(where: word.hasPrefix)
        {
            return true
        }
        let parts = word.split(separator: ".", omittingEmptySubsequences: false).map(\.count)
        if parts.count == 3, parts[0] >= 23, (6...7).contains(parts[1]), parts[2] >= 27 { return true }
        guard word.count >= 24, word.allSatisfy({ $0.isLetter || $0.isNumber || "-_.+=".contains($0) }) else { return false }
        let digits = word.count(where: \.isNumber)
        return digits >= 3 && word.contains(where: \.isUppercase) && word.contains(where: \.isLowercase)
            || digits >= 6 && word.allSatisfy(\.isHexDigit)
    }

    private static func isMail(_ word: Substring) -> Bool {
        let parts = word.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].isEmpty && parts[1].dropFirst().dropLast().contains(".")
    }

    /// An IPv4 address.
    private static func isMachine(_ word: Substring) -> Bool {
        let parts = word.split(separator: ":")[...].first?.split(separator: ".", omittingEmptySubsequences: false) ?? []
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }

    /// Nine digits or more in a row, whatever people put between them: telephones, cards, accounts, ids.
    private static func hasLongNumber(_ text: String) -> Bool {
        var digits = 0
        var gap = 0
        for character in text.unicodeScalars {
            if ("0"..."9").contains(character) {
                digits += 1
                gap = 0
                if digits >= 9 { return true }
            } else if " -()/.+".unicodeScalars.contains(character), gap < 2 {
                gap += 1
            } else {
                digits = 0
                gap = 0
            }
        }
        return false
    }

    private static let streets: Set<String> = [
        "street", "st", "avenue", "ave", "road", "rd", "lane", "ln", "drive", "boulevard", "blvd", "court", "rue", "via", "calle",
        "strasse",
        "straße", "str", "weg", "gasse", "allee",
    ]

    /// `12 Long Street`, `Lange Straße 12`.
    private static func hasStreet(_ words: [Substring]) -> Bool {
        for (index, word) in words.enumerated() {
            let number = word.trimmed
            guard let first = number.first, first.isNumber, number.count <= 5, number.filter(\.isLetter).count <= 1 else { continue }
            // "12 Long Street": the words between are names.
            let after = words.dropFirst(index + 1).prefix(3)
            if let street = after.firstIndex(where: { streets.contains($0.trimmed.lowercased()) }), street > index + 1 || after.count == 1,
                words[(index + 1)..<street].allSatisfy({ $0.first?.isUppercase == true })
            {
                return true
            }
            if index > 0 {
                let before = words[index - 1].trimmed.lowercased()
                if before.hasSuffix("straße") || before.hasSuffix("strasse") || before.hasSuffix("gasse") { return true }
            }
        }
        return false
    }
}

extension Substring {
    /// Without the signs around it.
    fileprivate var trimmed: Substring {
        let start = drop { ".,;:!?()[]<>\"'`*|".contains($0) }
        guard let last = start.lastIndex(where: { !".,;:!?()[]<>\"'`*|".contains($0) }) else { return "" }
        return start[...last]
    }
}
