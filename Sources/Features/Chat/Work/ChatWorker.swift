import Discord
import Inference
import Jobs
import Logging
import Memory
import Support

/// Answers: the work half of chat, in whatever process claims the job.
///
/// What is written goes into the exchange, where whoever has the way to Discord finds it; the whole answer is put down there
/// before anything else, and a repeat finds it. Says nothing itself.
struct ChatWorker: Worker {
    static let kind = "chat"

    let memories: Memories
    let models: TextModelCatalog
    let reader: AttachmentReader
    let keeper: TurnKeeper
    let compaction: Compaction
    /// What the bot is called where no persona says otherwise.
    let name: String
    let bounds: OptionBounds
    let draftInterval: Duration
    let clock: any WallClock
    let logger: Logger

    func work(_ job: Job, _ context: any JobContext) async throws -> WorkResult {
        let order: ChatOrder
        do { order = try job.arguments.decode() } catch {
            throw WorkFailure(
                JobFailure(code: "arguments-unreadable", message: "the job's arguments are of another version"), retry: .never)
        }
        // A question that was taken back is not answered.
        guard let exchange = try await memories.exchanges.exchange(job.requestID) else { return .completed([]) }
        let question = try exchange.decodeQuestion()
        let answer: Exchange.Answer
        if let written = exchange.answer {
            answer = written
        } else {
            guard let written = try await write(question, exchange, order, job, context) else { return .completed([]) }
            answer = written
        }
        // Stopped by its owner, the task is cancelled; what is written is put down all the same.
        try await Task {
            try await keeper.keep(answer, question, exchange, at: clock.now())
            if let details: ChatDetails = try? JobPayload(bytes: Array(answer.details.utf8)).decode() {
                try await context.record(JobOutput(summary: try JobPayload(encoding: details)))
            }
        }.value
        return .completed([try ChatAnswer.written.delivery(for: job.requestID, order)])
    }

    /// - Returns: nil if the question was taken back meanwhile.
    private func write(
        _ question: ChatQuestion, _ exchange: Exchange, _ order: ChatOrder, _ job: Job, _ context: any JobContext
    ) async throws -> Exchange.Answer? {
        guard let model = models[order.model] else {
            throw WorkFailure(
                JobFailure(
                    code: "model-unknown", message: "no runner has the model \(order.model)", userMessage: ChatText.modelGone(order.model)),
                retry: .never)
        }
        let started = clock.now()
        let reading = try await reader.read(question.attachments, sees: model.card.seesImages, model: order.model)
        let asked = try await keeper.keepQuestion(question, exchange, reading, at: clock.now())
        var options = bounds.clamped(question.options, owner: model.card.defaults).filled(from: model.card.defaults)
        let built: ContextBuilder.Built
        do {
            built = try await ChatContext(conversations: memories.conversations, name: name)
                .build(question, asked: asked, reading: reading, person: exchange.person, for: model, options: options)
        } catch is ContextBuilder.TooSmall {
            throw WorkFailure(
                JobFailure(code: "too-long", message: "not even the newest turn fits", userMessage: ChatText.tooLong), retry: .never)
        } catch let error as ModelError { throw failure(error) }
        options.maxTokens = max(1, min(options.maxTokens ?? 2_048, model.card.contextTokens - built.tokens))

        let written = try await stream(
            TextRequest(messages: built.messages, options: options, prefixKey: exchange.key.description), from: model, job, context)
        let ending: ChatDetails.Ending =
            switch written.completion?.finishReason {
            case .stop: .whole
            case .length: .length
            case .filtered: .filtered
            case nil: .stopped
            }
        let details = ChatDetails(
            model: order.model, ending: ending, usage: written.completion?.usage, milliseconds: (clock.now() - started).milliseconds,
            isCut: built.isCut, unread: reading.unread)
        return try await Task {
            let answer = try await memories.exchanges.answer(
                job.requestID, text: written.draft.text.trimmingSpace(), reasoning: written.draft.reasoning.trimmingSpace(),
                details: String(decoding: try JobPayload(encoding: details).bytes, as: UTF8.self), at: clock.now())
            if answer != nil {
                try await countSpeaking(question, exchange, details)
                try await compaction.consider(built, asked: asked, model: model.card, exchange, at: clock.now())
            }
            return answer
        }.value
    }

    private struct Written: Sendable {
        var draft = Exchange.Draft()
        /// Nil: its owner stopped it.
        var completion: TextCompletion?
    }

    private func stream(_ request: TextRequest, from model: any TextModel, _ job: Job, _ context: any JobContext) async throws -> Written {
        let drafts = DraftWriter(
            exchanges: memories.exchanges, requestID: job.requestID, fence: job.fence, interval: draftInterval, clock: clock)
        let written: Written
        do {
            written = try await drafts.writing { put in
                var written = Written()
                do {
                    for try await event in model.stream(request) {
                        switch event {
                        case .text(let more): written.draft.text += more
                        case .reasoning(let more): written.draft.reasoning += more
                        case .finished(let completion): written.completion = completion
                        }
                        if written.completion == nil { put(written.draft) }
                        if written.draft.text.utf8.count > NewTurn.contentLimit { break }
                    }
                } catch is CancellationError {}
                return written
            }
        } catch let error as ModelError { throw failure(error) }
        let isEmpty = written.draft.text.allSatisfy(\.isWhitespace)
        if written.completion == nil {
            if written.draft.text.utf8.count > NewTurn.contentLimit {
                return Written(
                    draft: written.draft,
                    completion: TextCompletion(finishReason: .length, usage: TextUsage(promptTokens: 0, completionTokens: 0)))
            }
            guard context.isStoppedByOwner, !isEmpty else {
                if context.isCancelled { throw CancellationError() }
                throw failure(ModelError(.invalidResponse, model: model.card.name, details: "the stream ended without an end"))
            }
        } else if isEmpty {
            throw WorkFailure(
                JobFailure(code: "empty-answer", message: "the model wrote nothing but white space", userMessage: ChatText.emptyAnswer),
                retry: .never)
        }
        return written
    }

    /// Notes how much was said to another bot, or unasked.
    private func countSpeaking(_ question: ChatQuestion, _ exchange: Exchange, _ details: ChatDetails) async throws {
        guard question.bot != nil || question.isUnasked else { return }
        try await memories.speaking.spoke(
            in: exchange.channel, with: question.bot, tokens: details.usage?.totalTokens ?? 0, window: LoopBounds().window, at: clock.now())
    }

    /// What the queue is told of a model's error: whether to try again, and the sentence for the person.
    private func failure(_ error: ModelError) -> WorkFailure {
        logger.warning(
            "The model could not answer",
            metadata: ["model": "\(error.model)", "code": "\(error.code.rawValue)", "details": "\(error.details)"])
        let failure = JobFailure(code: "model-\(error.code.rawValue)", message: error.details, userMessage: error.userMessage)
        guard error.isTransient || error.code == .invalidResponse else { return WorkFailure(failure, retry: .never) }
        return WorkFailure(failure, retry: error.retryAfter.map { .after($0) } ?? .backoff)
    }
}
