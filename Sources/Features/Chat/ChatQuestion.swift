import DiscordModels
import Inference
import Memory
import Support

/// What was asked, as it lies in the exchange: the words, and everything that was decided when they were heard, so that every
/// repeat does the same. Holds what people wrote, so it is nowhere but there.
struct ChatQuestion: Sendable, Hashable, Codable {
    /// What is to be done with it.
    enum Task: Sendable, Hashable, Codable {
        /// Answer it.
        case answer
        /// Answer it anew, in the same messages. The turn is that of the old answer, where it is remembered.
        case again(Turn.ID?)
        /// Go on with an answer that was cut short. The turn is that of the answer, where it is remembered.
        case goOn(Turn.ID?, soFar: String)
    }

    var task = Task.answer
    var text: String
    var speaker: String
    /// Where the turn goes on from, if not from the conversation's last.
    var after: Turn.ID?
    /// The request whose answer it goes on from, where that was still being written.
    var following: RequestID?
    var model: String
    var options: TextOptions
    var persona: Persona?
    /// Files that came with it.
    var attachments: [Attachment] = []
    /// The other bot that is answered, if it is one.
    var bot: PersonKey?
    /// Whether it spoke up by itself.
    var isUnasked = false
    /// Whether the person should be told that nothing is remembered.
    var offersMemory = false

    /// The message that asked, if one did.
    var message: MessageKey?

    static let attachmentLimit = 4

    var place: NewTurn.Place { after.map { .after($0) } ?? .last }
}

/// The arguments of a chat's job: who asked and where the answer goes; not a word of what was said.
struct ChatOrder: Sendable, Hashable, Codable {
    /// The model's name; the queue is named by it.
    var model: String
    /// Without a token where a message asked.
    var reply: ReplyAddress
    /// The message to answer, where a message asked.
    var message: UInt64?
    /// Thousands of tokens that are paid for at most; nil where it is free.
    var units: Int?

    var queue: String { Self.queue(model) }

    /// Apart from the queues of other features, whose models may bear the same name.
    static func queue(_ model: String) -> String { "chat:\(model)" }
}

/// How an answer ended, beside its words: the details of the exchange.
struct ChatDetails: Sendable, Hashable, Codable {
    enum Ending: String, Sendable, Hashable, Codable {
        case whole
        /// It reached its longest length.
        case length
        case filtered
        /// Whoever asked pressed Stop.
        case stopped
    }

    var model: String
    var ending: Ending
    var usage: TextUsage?
    /// From claim to the last word.
    var milliseconds: Int64
    /// Whether the question had to be cut to fit.
    var isCut = false
    /// What came with the question and could not be read.
    var unread: [String] = []

    /// Begun thousands, at least one.
    static func thousands(_ tokens: Int) -> Int { max(1, (tokens + 999) / 1_000) }
}
