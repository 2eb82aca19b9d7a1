import Inference
import Memory

/// What a chat model is given to write one line in a person's manner: who speaks, how they write, what was said. Pure.
enum ClonePrompt {
    /// Examples shown, and the longest text of one.
    static let examples = 16
    static let longestText = 300

    /// Somebody's line in the conversation.
    struct Said: Sendable, Hashable, Codable {
        var name: String
        var text: String
    }

    /// - Parameters:
    ///   - recent: what was said, oldest first, without the message to answer.
    ///   - message: what to answer; nil: begin something.
    static func messages(
        name: String, examples: [CloneExample], recent: [Said], message: Said?, topic: String?
    ) -> [ChatMessage] {
        var system = """
            You write chat messages in the manner of \(name), who allowed this. Everybody sees that you are an AI; do not say that you are \
            \(name), and do not tell of \(name)'s life what is not below. Write one message, as short and as careless as \(name) would, \
            in the language of the conversation. No quotation marks, no name before it. Do not repeat the examples word for word.
            """
        let alone = examples.filter { $0.answers == nil }
        if !alone.isEmpty { system += "\nThings that \(name) wrote:\n" + alone.map { "- \(short($0.content))" }.joined(separator: "\n") }
        var messages = [ChatMessage(.system, system)]
        for example in examples {
            guard let answers = example.answers else { continue }
            messages.append(ChatMessage(.user, short(answers)))
            messages.append(ChatMessage(.assistant, short(example.content)))
        }
        var words = recent.suffix(6).map { "\($0.name): \(short($0.text))" }
        if let message { words.append("\(message.name): \(short(message.text))") }
        if let topic { words.append("(Say something about: \(short(topic)))") }
        if words.isEmpty { words.append("(Begin a conversation about something of your own.)") }
        messages.append(ChatMessage(.user, words.joined(separator: "\n")))
        return messages
    }

    private static func short(_ text: String) -> String {
        text.count > longestText ? "\(text.prefix(longestText))…" : text
    }
}
