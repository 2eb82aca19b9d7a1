import DequeModule
import Support

/// Joins messages to what they answer: the message a reply names, else what somebody else said just before. Takes one conversation
/// in either order of time and keeps a window of it, so that its length does not matter.
public struct ReplyJoiner {
    /// What a message answers.
    public struct Answered: Sendable, Hashable {
        public var author: ExportedAuthor
        public var content: String
        /// The message says so itself; else it is only near.
        public var isNamed: Bool
    }

    private enum Direction { case forwards, backwards }

    /// Longest content that is kept of a message.
    private static let longest = 8_000
    /// How far back somebody else's message is looked for, in messages and in time.
    private static let reach = 12
    private static let nearness: Duration = .seconds(600)

    private let window: Int
    private var direction: Direction?
    /// In the order of the file: what may be answered, and, while that is not known or time runs backwards, what waits for it.
    private var messages: Deque<ExportedMessage> = []
    /// How many at the front of `messages` have been given.
    private var given = 0

    /// - Parameter window: how many messages may lie between an answer and what it names.
    public init(window: Int = 2_000) { self.window = max(2, window) }

    public mutating func take(_ message: ExportedMessage, _ each: (ExportedMessage, Answered?) throws -> Void) rethrows {
        var message = message
        message.content = MentionText.resolve(message.content, mentions: message.mentions)
        if message.content.utf8.count > Self.longest { message.content = String(message.content.prefix(Self.longest)) }
        if direction == nil, let before = messages.last?.sentAt, let now = message.sentAt, now != before {
            direction = now < before ? .backwards : .forwards
        }
        messages.append(message)
        if messages.count > window {
            if direction == nil { direction = .forwards }
            if direction == .backwards { try give(each) }
            messages.removeFirst()
            given = max(0, given - 1)
        }
        guard direction == .forwards else { return }
        while given < messages.count { try give(each) }
    }

    /// The conversation ended here.
    public mutating func finish(_ each: (ExportedMessage, Answered?) throws -> Void) rethrows {
        while given < messages.count { try give(each) }
        self = ReplyJoiner(window: window)
    }

    private mutating func give(_ each: (ExportedMessage, Answered?) throws -> Void) rethrows {
        let index = given
        given += 1
        try each(messages[index], answered(by: index))
    }

    private func answered(by index: Int) -> Answered? {
        let message = messages[index]
        if let id = message.repliesTo {
            return messages.last { $0.id == id }.map { Answered(author: $0.author, content: $0.content, isNamed: true) }
        }
        let step = direction == .backwards ? 1 : -1
        for distance in 1...Self.reach {
            let other = index + step * distance
            guard messages.indices.contains(other) else { return nil }
            let candidate = messages[other]
            if let now = message.sentAt, let then = candidate.sentAt, now - then > Self.nearness { return nil }
            guard candidate.kind.isWritten, candidate.author != message.author else { continue }
            return Answered(author: candidate.author, content: candidate.content, isNamed: false)
        }
        return nil
    }
}
