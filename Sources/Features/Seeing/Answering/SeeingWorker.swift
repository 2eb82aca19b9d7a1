import Inference
import Jobs
import Logging
import Memory
import Support

/// Looks and answers: the work half of `/comprehend`, in whatever process claims the job.
///
/// The output is recorded before anything is said; a repeat finds it and the model does not run again.
struct SeeingWorker: Worker {
    static let kind = "comprehend"

    let models: VisionModelCatalog
    let shelf: TaskShelf
    let logger: Logger

    func work(_ job: Job, _ context: any JobContext) async throws -> WorkResult {
        guard let order = try? job.arguments.decode(SeeingOrder.self) else {
            throw WorkFailure(
                JobFailure(code: "arguments-unreadable", message: "the job's arguments are of another version"), retry: .never)
        }
        if try await context.recordedOutput() == nil {
            try await context.record(try await answer(order, context))
        }
        return .completed([try SeeingAnswer.answered.delivery(for: job.requestID, to: order.reply)])
    }

    private func answer(_ order: SeeingOrder, _ context: any JobContext) async throws -> JobOutput {
        guard let model = models[order.model] else {
            throw WorkFailure(
                JobFailure(
                    code: "model-unknown", message: "no runner has the model \(order.model)",
                    userMessage: SeeingText.modelGone(order.model)), retry: .never)
        }
        let started = context.now
        do {
            let pictures = try await shelf.pictures(order.examples.map(\.picture))
            let examples = zip(order.examples, pictures).map { example, picture in
                VisionRequest.Example(image: picture.bytes, prompt: example.prompt, answer: example.answer)
            }
            var summary = SeeingSummary(
                model: order.model, text: "", milliseconds: 0, isCut: false,
                ignored: order.options.given.subtracting(model.card.follows).sorted { $0.rawValue < $1.rawValue })
            if let prompt = order.prompt {
                guard let picture = try await context.startingFile(named: SeenPicture.fileName) else { throw TaskProblem(SeeingText.gone) }
                (summary.text, summary.isCut) = try await ask(model, order, examples, picture.bytes, prompt)
            } else {
                summary.trials = try await tryOut(model, order, examples, context)
            }
            summary.milliseconds = (context.now - started).milliseconds
            return JobOutput(summary: try JobPayload(encoding: summary))
        } catch let error as ModelError {
            throw failure(error)
        } catch let error as TaskProblem {
            throw WorkFailure(
                JobFailure(code: "picture-gone", message: "a picture is not kept any more", userMessage: error.userMessage), retry: .never)
        }
    }

    /// Asks about each example after the others.
    private func tryOut(
        _ model: any VisionModel, _ order: SeeingOrder, _ examples: [VisionRequest.Example], _ context: any JobContext
    ) async throws -> [SeeingSummary.Trial] {
        var trials: [SeeingSummary.Trial] = []
        for (index, example) in examples.enumerated() {
            try Task.checkCancellation()
            var others = examples
            others.remove(at: index)
            let (text, _) = try await ask(model, order, others, example.image, example.prompt)
            trials.append(.init(number: order.examples[index].number, expected: example.answer, answer: String(text.prefix(1_000))))
            await context.report(progress: Double(index + 1) / Double(examples.count))
        }
        return trials
    }

    private func ask(
        _ model: any VisionModel, _ order: SeeingOrder, _ examples: [VisionRequest.Example], _ image: [UInt8], _ prompt: String
    ) async throws -> (text: String, isCut: Bool) {
        let request = VisionRequest(
            examples: examples.suffix(model.card.maximumExamples), image: image, prompt: prompt, isInstruction: order.isInstruction,
            options: order.options, prefixKey: "\(order.reply.guildID ?? order.reply.userID) \(order.task) \(order.origin)")
        var (text, isCut) = ("", false)
        for try await event in model.answer(request) {
            switch event {
            case .text(let piece): text += piece
            case .reasoning: break
            case .finished(let completion):
                if completion.finishReason == .filtered, text.isEmpty {
                    throw ModelError(.refused, model: order.model, details: "its filter cut the whole answer")
                }
                isCut = completion.finishReason == .length
            }
            if text.utf8.count > SeeingSummary.textLimit { break }
        }
        try Task.checkCancellation()
        let said = String(text.trimmingSpaces().prefix(SeeingSummary.textLimit / 4))
        guard !said.isEmpty else { throw ModelError(.invalidResponse, model: order.model, details: "it answered with nothing") }
        return (said, isCut || said.count < text.trimmingSpaces().count)
    }

    /// What the queue is told of a model's error: whether to try again, and the sentence for the person.
    private func failure(_ error: ModelError) -> WorkFailure {
        logger.warning(
            "The model could not look",
            metadata: ["model": "\(error.model)", "code": "\(error.code.rawValue)", "details": "\(error.details)"])
        let failure = JobFailure(code: "model-\(error.code.rawValue)", message: error.details, userMessage: error.userMessage)
        guard error.isTransient else { return WorkFailure(failure, retry: .never) }
        return WorkFailure(failure, retry: error.retryAfter.map { .after($0) } ?? .backoff)
    }
}

extension StringProtocol {
    /// Without white space around it.
    func trimmingSpaces() -> String {
        var kept = Substring(self)
        while kept.first?.isWhitespace == true { kept.removeFirst() }
        while kept.last?.isWhitespace == true { kept.removeLast() }
        return String(kept)
    }
}
