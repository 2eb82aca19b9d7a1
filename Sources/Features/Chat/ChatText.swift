import Support

/// Every sentence of chat that a person reads, but those on consent. Pure, so that tests pin them.
enum ChatText {
    static let thinking = "-# Thinking…"
    static let stopped = "Stopped before anything was written."
    static let failedWithoutReason = "This could not be answered. The reason is in the log; try again."
    static let restInFile = "The answer goes on in the file."
    static let noModel =
        "There is no model here to talk with. The operator can add one under `models:` in `troupe.yaml`, with `kind: chat`."
    static let emptyAnswer = "The model had nothing to say to this. Try other words."
    static let tooLong = "This does not fit into the model's memory, even cut. Shorten it, or choose a model with a larger context."
    static let notYours = "Only the person who asked can do that."
    static let tooLate = "Too late: this answer is written already."
    static let gone = "I no longer have this question. Ask it again."
    static let noThoughts = "I no longer have what the model thought."

    static func modelGone(_ name: String) -> String {
        "The model `\(name.replacing("`", with: "'"))` is not here any more. Pick another with `/model`."
    }

    static func waiting(position: Int) -> String { "-# Waiting for a free moment: position \(max(1, position))." }

    static func retrying(_ reason: String?, pause: Duration) -> String {
        "-# \(reason ?? "That attempt failed.") Trying again\(pause > .zero ? " in about \(DisplayText.roughSpan(pause))" : "")…"
    }

    static func failed(_ reason: String) -> String { "⚠️ \(reason)" }

    /// A small line under an answer, where there is something to be known about it.
    static func note(_ details: ChatDetails, offersMemory: Bool) -> String? {
        var notes: [String] = []
        switch details.ending {
        case .whole: break
        case .length: notes.append("The answer reached its longest length.")
        case .filtered: notes.append("The model's own filter cut this answer.")
        case .stopped: notes.append("Stopped.")
        }
        if details.isCut { notes.append("Your message was too long: the model read its beginning and its end.") }
        notes += details.unread
        if offersMemory { notes.append("I do not remember our conversation; I answer each message by itself.") }
        return notes.isEmpty ? nil : "-# " + notes.joined(separator: " ")
    }
}
