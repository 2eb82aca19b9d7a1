import DiscordModels

/// What a clone is called where it speaks: "AI of @X", so that nobody takes it for X; in a form that Discord accepts. Pure.
enum PersonaName {
    static let mark = "AI of @"

    static func of(_ name: String) -> String {
        var name = DisplayText.oneLine(name).replacing("@", with: "").replacing("#", with: "").replacing("```", with: "")
        name = name.replacing(":", with: "")
        // Discord refuses names with these words in them; a hair space keeps them readable.
        for word in ["discord", "clyde"] {
            while let found = name.lowercased().firstRange(of: word) {
                let start = name.index(
                    name.startIndex, offsetBy: name.lowercased().distance(from: name.lowercased().startIndex, to: found.lowerBound))
                name.insert("\u{200A}", at: name.index(after: start))
            }
        }
        if name.isEmpty { name = "somebody" }
        return DisplayText.shortened(mark + name, limit: Limits.webhookName)
    }
}
