// How a conversation becomes one text that a model goes on with: by the template that came with its checkpoint, or, where there
// is none, as a play: speakers' names before their words.

struct ChatLayout: Sendable {
    private let template: ChatTemplate?
    private let start: String?
    private let end: String?

    /// - Parameter file: where the template was found, for the error.
    init(template: String?, file: String, start: String?, end: String?) throws(CheckpointError) {
        self.start = start
        self.end = end
        do {
            self.template = try template.map { text throws(ChatLayoutError) in try ChatTemplate(text) }
        } catch {
            throw CheckpointError(.unsupported, file: file, item: "chat_template", error.description)
        }
    }

    var stops: [String] { template == nil ? ["\nUser:"] : [] }

    func text(_ messages: [ChatTurn]) throws(ChatLayoutError) -> String {
        guard let template else { return play(messages) }
        do {
            return try template.render(messages, start: start, end: end)
        } catch {
            // Many templates know no system message, or want strict turns. What they know says the same.
            let plain = Self.simplified(messages)
            guard plain != messages else { throw error }
            return try template.render(plain, start: start, end: end)
        }
    }

    private func play(_ messages: [ChatTurn]) -> String {
        var text = start ?? ""
        for message in messages {
            switch message.role {
            case "system": text += "\(message.content)\n\n"
            case "assistant": text += "Assistant: \(message.content)\n"
            default: text += "User: \(message.content)\n"
            }
        }
        return text + "Assistant:"
    }

    /// The same with what the system said in the first user's message, and neighbours of one role joined; a user begins.
    static func simplified(_ messages: [ChatTurn]) -> [ChatTurn] {
        var result: [ChatTurn] = []
        for var message in messages {
            if message.role == "system" { message.role = "user" }
            if let last = result.indices.last, result[last].role == message.role {
                result[last].content += "\n\n" + message.content
            } else {
                result.append(message)
            }
        }
        if result.first?.role == "assistant" { result.insert(ChatTurn(role: "user", content: "…"), at: 0) }
        return result
    }
}

/// Why a conversation could not be written down for a model.
public struct ChatLayoutError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence; never contains a message.
    public let description: String

    init(_ description: String) { self.description = description }
}
