/// Finds out whether a text calls somebody by name, as in "Hey Llama, …" or "…, Llama?". Pure.
struct CallByName: Sendable {
    let name: String

    /// Words that go before a name when one calls somebody.
    private static let greetings: Set<String> = [
        "hey", "hi", "hello", "hallo", "hej", "heya", "yo", "ok", "okay", "oi", "dear", "salut", "bonjour", "hola", "ciao", "ahoj", "oye",
        "thanks", "please", "good morning", "good evening", "guten morgen", "guten abend",
    ]

    /// What is said to whom is called; nil where nobody of this name is. May be empty: "Llama?".
    func call(in text: String) -> String? {
        let name = name.trimmingSpace().lowercased()
        guard !name.isEmpty, text.utf8.count <= 20_000 else { return nil }
        let words = text.trimmingSpace()
        return callAtBeginning(words, name) ?? callAtEnd(words, name)
    }

    private func callAtBeginning(_ text: String, _ name: String) -> String? {
        let lowered = text.lowercased()
        // Lowering may change lengths ("İ"); then only the plain beginning is looked at.
        guard lowered.count == text.count else { return nil }
        var start = lowered.startIndex
        var isGreeted = false
        for greeting in Self.greetings.sorted(by: { $0.count > $1.count }) where lowered.hasPrefix(greeting) {
            let after = lowered.index(start, offsetBy: greeting.count)
            let next = lowered[after...].prefix { $0 == " " || $0 == "," }
            guard !next.isEmpty else { continue }
            (start, isGreeted) = (next.endIndex, true)
            break
        }
        guard lowered[start...].hasPrefix(name) else { return nil }
        let rest = lowered[lowered.index(start, offsetBy: name.count)...]
        let kept = text.dropFirst(lowered.count - rest.count)
        guard isGreeted && rest.first?.isWhitespace == true || Self.endsCall(rest) else { return nil }
        return String(kept.drop { $0.isWhitespace || ",:!?;.—–-".contains($0) })
    }

    /// Whether what follows a name shows that it was called: "Llama, …" but not "Llama is …", "Llama's", "Llama-like", "llama.cpp".
    private static func endsCall(_ rest: Substring) -> Bool {
        guard let next = rest.first, !",:!?;—–".contains(next) else { return true }
        if next == "." { return rest.drop { $0 == "." }.first?.isWhitespace ?? true }
        let dash = rest.drop { $0 == " " }
        return next == " " && "-—–".contains(dash.first ?? "x") && dash.dropFirst().first == " "
    }

    /// "…, Llama?": behind a comma, and nothing after it but how it is said.
    private func callAtEnd(_ text: String, _ name: String) -> String? {
        var said = Substring(text)
        var ending = ""
        while let last = said.last, "?!. ".contains(last) {
            ending = String(last) + ending
            said.removeLast()
        }
        guard said.lowercased().hasSuffix(name) else { return nil }
        said = said.dropLast(name.count)
        guard said.last == " " else { return nil }
        while said.last == " " { said.removeLast() }
        guard said.last == "," else { return nil }
        said.removeLast()
        return String(said) + ending.replacing(" ", with: "")
    }
}
