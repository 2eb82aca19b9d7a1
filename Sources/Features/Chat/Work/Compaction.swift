import Inference
import Jobs
import Logging
import Memory
import Support

/// Sums up the older part of a long conversation, so that it stays known when it does not fit any more. A job of its own, after
/// the answer, in the conversation's series.
struct Compaction: Sendable {
    /// How full the model's memory must be, in per cent.
    static let fill = 60
    /// Of the turns that there are, the newest in per cent that are left as they are.
    static let left = 40

    let jobs: any JobQueue
    let conversations: ConversationStore

    /// Submits the job if it is time.
    func consider(
        _ built: ContextBuilder.Built, asked: Turn?, model: TextModelCard, _ exchange: Exchange, at now: Timestamp
    ) async throws {
        guard let asked, built.left > 0 || built.tokens * 100 > model.contextTokens * Self.fill else { return }
        let turns = try await conversations.path(to: asked.id).turns
        guard turns.count >= 6 else { return }
        let order = SummaryOrder(model: model.name, through: turns[turns.count * (100 - Self.left) / 100 - 1].id)
        let job = NewJob(
            requestID: Self.requestID(exchange.requestID), kind: SummaryWorker.kind, queue: ChatOrder.queue(model.name),
            arguments: try JobPayload(encoding: order), priority: -10, serialKey: exchange.key.description, maxAttempts: 2)
        _ = try await jobs.enqueue(job, at: now)
    }

    /// A summary's own id beside that of the answer it follows: snowflakes leave the highest bit free until 2084.
    static func requestID(_ answered: RequestID) -> RequestID { RequestID(answered.rawValue | 1 << 63) }
}

/// The arguments of a summary's job: no words.
struct SummaryOrder: Sendable, Hashable, Codable {
    var model: String
    /// The last turn to be summed up.
    var through: Turn.ID
}

struct SummaryWorker: Worker {
    static let kind = "chat-summary"

    let conversations: ConversationStore
    let models: TextModelCatalog
    let clock: any WallClock
    let logger: Logger

    private static let instructions = """
        Sum up the conversation below for yourself, so that you can go on with it later: names, facts, wishes, decisions and open \
        questions, in short plain sentences. Write nothing else.
        """

    func work(_ job: Job, _ context: any JobContext) async throws -> WorkResult {
        guard let order: SummaryOrder = try? job.arguments.decode(), let model = models[order.model] else { return .completed([]) }
        let path = try await conversations.path(to: order.through)
        // Forgotten meanwhile, or summed up already.
        guard !path.turns.isEmpty else { return .completed([]) }
        let card = model.card
        let lines = path.turns.map { "\($0.role == .user ? $0.speaker : "You"): \($0.content)" }
        let text = ([path.summary.map { "Before that: \($0.text)" }].compactMap(\.self) + lines).joined(separator: "\n\n")
        let builder = ContextBuilder(
            instructions: Self.instructions, contextTokens: card.contextTokens, answerTokens: min(400, card.contextTokens / 4))
        do {
            let built = try await builder.build(
                summary: nil, [.init(role: .user, person: PersonKey(0), speaker: "", content: text)], count: model.countTokens)
            var options = card.defaults
            (options.maxTokens, options.temperature) = (builder.answerTokens, 0)
            var summary = ""
            for try await event in model.stream(TextRequest(messages: built.messages, options: options)) {
                if case .text(let more) = event { summary += more }
                if summary.utf8.count > 4 * Summary.limit { break }
            }
            try Task.checkCancellation()
            try await conversations.summarise(path, as: summary.trimmingSpace(), model: card.name, at: clock.now())
        } catch let error as ModelError {
            throw WorkFailure(
                JobFailure(code: "model-\(error.code.rawValue)", message: error.details), retry: error.isTransient ? .backoff : .never)
        } catch is ContextBuilder.TooSmall {}
        return .completed([])
    }
}
