import Inference
import Memory

/// Makes what a model is given of a conversation: system prompt, summary, and as many of the newest turns as fit. Pure but for
/// the counting, which is the model's own.
struct ContextBuilder: Sendable {
    /// What is to be said by way of introduction.
    var instructions: String
    /// Tokens that prompt and answer may have together.
    var contextTokens: Int
    /// Tokens kept free for the answer.
    var answerTokens: Int
    /// Whether pictures may be passed on.
    var seesImages = false
    /// Pictures passed on at most, the newest.
    var imageLimit = 4

    /// A turn with its pictures.
    struct Entry: Sendable, Hashable {
        var role: Turn.Role
        var person: PersonKey
        var speaker: String
        var content: String
        var images: [[UInt8]] = []

        init(role: Turn.Role, person: PersonKey, speaker: String, content: String, images: [[UInt8]] = []) {
            self.role = role
            self.person = person
            self.speaker = speaker
            self.content = content
            self.images = images
        }

        init(_ turn: Turn, images: [[UInt8]] = []) {
            self.init(role: turn.role, person: turn.person, speaker: turn.speaker, content: turn.content, images: images)
        }
    }

    struct Built: Sendable, Hashable {
        var messages: [ChatMessage]
        var tokens: Int
        /// Turns that did not fit.
        var left: Int
        /// Whether the newest turn had to be cut.
        var isCut = false
    }

    /// The system prompt alone leaves no room for a word.
    struct TooSmall: Error {}

    var budget: Int { max(0, contextTokens - answerTokens) }

    /// - Parameters:
    ///   - entries: oldest first; the last one is to be answered.
    ///   - count: the model's own.
    func build(
        summary: String?, _ entries: [Entry], count: ([ChatMessage]) async throws -> Int
    ) async throws -> Built {
        guard !entries.isEmpty else { throw TooSmall() }
        let names = Set(entries.lazy.filter { $0.role == .user }.map(\.person)).count > 1
        let entries = withinImageLimit(entries)
        func messages(_ kept: Int, summary: String?) -> [ChatMessage] {
            compose(Array(entries.suffix(kept)), summary: summary, names: names)
        }
        for summary in summary == nil ? [nil] : [summary, nil] {
            guard try await count(messages(1, summary: summary)) <= budget else { continue }
            // Doubling, then halving: few counts, and none of much more than fits.
            var (fitting, beyond) = (1, entries.count + 1)
            while fitting < entries.count {
                let next = min(entries.count, fitting * 2)
                guard try await count(messages(next, summary: summary)) <= budget else {
                    beyond = next
                    break
                }
                fitting = next
            }
            while beyond - fitting > 1 {
                let middle = (fitting + beyond) / 2
                if try await count(messages(middle, summary: summary)) <= budget { fitting = middle } else { beyond = middle }
            }
            let messages = messages(fitting, summary: summary)
            return Built(messages: messages, tokens: try await count(messages), left: entries.count - fitting)
        }
        return try await cut(entries, names: names, count: count)
    }

    /// The newest turn alone is too long: its beginning and its end are kept.
    private func cut(_ entries: [Entry], names: Bool, count: ([ChatMessage]) async throws -> Int) async throws -> Built {
        guard var last = entries.last else { throw TooSmall() }
        last.images = []
        let whole = Array(last.content)
        var length = whole.count
        while length > 16 {
            length = length * 2 / 3
            last.content = String(whole.prefix(length * 2 / 3)) + "\n[…]\n" + String(whole.suffix(length / 3))
            let messages = compose([last], summary: nil, names: names)
            let tokens = try await count(messages)
            if tokens <= budget { return Built(messages: messages, tokens: tokens, left: entries.count - 1, isCut: true) }
        }
        throw TooSmall()
    }

    private func withinImageLimit(_ entries: [Entry]) -> [Entry] {
        var entries = entries
        var free = seesImages ? imageLimit : 0
        for index in entries.indices.reversed() where !entries[index].images.isEmpty {
            let dropped = max(0, entries[index].images.count - free)
            free -= entries[index].images.count - dropped
            entries[index].images.removeFirst(dropped)
            guard dropped > 0 else { continue }
            let note = dropped == 1 ? "[a picture that you cannot see]" : "[\(dropped) pictures that you cannot see]"
            entries[index].content = entries[index].content.isEmpty ? note : "\(note)\n\(entries[index].content)"
        }
        return entries
    }

    private func compose(_ entries: [Entry], summary: String?, names: Bool) -> [ChatMessage] {
        var system = [instructions]
        if names { system.append("Several people speak here. Each of their messages begins with the name of who wrote it.") }
        if let summary { system.append("What was said before, in short:\n\(summary)") }
        let head = system.filter { !$0.isEmpty }.joined(separator: "\n\n")
        var messages = head.isEmpty ? [] : [ChatMessage(.system, head)]
        for entry in entries.drop(while: { $0.role == .assistant && entries.count > 1 }) {
            let role: ChatMessage.Role = entry.role == .user ? .user : .assistant
            let content = names && role == .user ? "\(Self.label(entry.speaker)): \(entry.content)" : entry.content
            // Many templates want the roles to take turns.
            if let last = messages.last, last.role == role {
                messages[messages.count - 1].content += "\n\n\(content)"
                messages[messages.count - 1].images += entry.images
            } else {
                messages.append(ChatMessage(role, content, images: entry.images))
            }
        }
        return messages
    }

    /// A name that cannot be taken for anything else.
    private static func label(_ speaker: String) -> String {
        let name = DisplayText.oneLine(speaker).replacing(":", with: "")
        return name.isEmpty ? "Somebody" : DisplayText.shortened(name, limit: 40)
    }
}
