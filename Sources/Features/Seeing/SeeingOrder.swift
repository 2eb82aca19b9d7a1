import Inference
import Jobs
import Memory

/// A checked question about a picture: the arguments of its job. The task is copied in, so that every repeat asks the same,
/// whatever becomes of the task meanwhile; its pictures are named by their digests.
struct SeeingOrder: Sendable, Hashable, Codable {
    struct Example: Sendable, Hashable, Codable {
        var number: Int
        var picture: String
        var prompt: String
        var answer: String
    }

    var task: String
    /// For people: which version of the task.
    var origin: String
    var examples: [Example]
    /// Nil: the task is tried on its own examples, each asked after the others.
    var prompt: String?
    var isInstruction: Bool
    var options: VisionOptions
    var model: String
    var reply: ReplyAddress
    /// What was put aside for it, where credits are on.
    var price: Int64?
    /// The picture moves, and its first frame is looked at.
    var isFirstFrame: Bool?

    init(_ task: KnownTask, prompt: String?, isInstruction: Bool?, options: VisionOptions, model: String, reply: ReplyAddress) {
        self.task = task.name
        origin = task.origin
        examples = task.content.examples.map {
            Example(number: $0.number, picture: $0.picture, prompt: $0.prompt(in: task.content), answer: $0.answer)
        }
        self.prompt = prompt
        self.isInstruction = isInstruction ?? task.content.isInstruction
        self.options = options
        self.model = model
        self.reply = reply
    }

    /// Pictures that are looked at for themselves: what it costs, and its share of the queue.
    var units: Int { prompt == nil ? max(1, examples.count) : 1 }

    /// The name of a model's queue.
    static func queue(of model: String) -> String { String("see \(model)".prefix(90)) }
}

/// What is remembered of an answer: the summary of the recorded output.
struct SeeingSummary: Sendable, Hashable, Codable {
    /// How the task did on one of its own examples.
    struct Trial: Sendable, Hashable, Codable {
        var number: Int
        var expected: String
        var answer: String

        var isRight: Bool { Self.bare(expected) == Self.bare(answer) }

        /// Without what does not matter: case, white space, the last full stop.
        private static func bare(_ text: String) -> String {
            let words = text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
            return words.hasSuffix(".") ? String(words.dropLast()) : words
        }
    }

    static let textLimit = 60_000

    var model: String
    var text: String
    /// From claim to record.
    var milliseconds: Int64
    /// Whether it ended because it had reached its longest length.
    var isCut: Bool
    /// What was wished for and the model does not follow.
    var ignored: [VisionOption]
    var trials: [Trial]?
}
