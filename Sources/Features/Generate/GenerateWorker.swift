import Inference
import Jobs
import Logging
import Pictures
import Support

/// Paints: the work half of `/generate`, in whatever process claims the job.
///
/// The output is recorded before anything is said; a repeat finds it and the model does not run again. Says nothing
/// itself: it hands the answer to the outbox, which ``DeliveryService`` empties.
struct GenerateWorker: Worker {
    static let kind = "generate"

    let models: ImageModelCatalog
    let logger: Logger
    private let desk = PictureDesk()

    init(models: ImageModelCatalog, logger: Logger) {
        self.models = models
        self.logger = logger
    }

    func work(_ job: Job, _ context: any JobContext) async throws -> WorkResult {
        let order: GenerateOrder
        do {
            order = try job.arguments.decode()
        } catch {
            throw WorkFailure(
                JobFailure(code: "arguments-unreadable", message: "the job's arguments are of another version"), retry: .never)
        }
        if try await context.recordedOutput() == nil {
            try await context.record(try await paint(order, context))
        }
        return .completed([try GenerateAnswer.painted.delivery(for: job.requestID, to: order.reply)])
    }

    private func paint(_ order: GenerateOrder, _ context: any JobContext) async throws -> JobOutput {
        guard let model = models[order.model] else {
            throw WorkFailure(
                JobFailure(
                    code: "model-unknown", message: "no runner has the model \(order.model)",
                    userMessage: GenerateText.modelGone(order.model)),
                retry: .never)
        }
        let started = context.now
        do {
            let result = try await reportingProgress(to: context) { progress in
                try await PatientPainter(model: model).paint(order.request, progress: progress)
            }
            let finished = try await desk.finish(result, order: order, attachmentLimit: order.reply.attachmentLimit)
            try Task.checkCancellation()
            return try output(finished, order: order, seeds: result.seeds, took: context.now - started)
        } catch let error as ModelError {
            throw failure(error)
        } catch let error as PictureError {
            throw failure(ModelError(.invalidResponse, model: order.model, details: error.description))
        }
    }

    private func output(
        _ finished: PictureDesk.Finished, order: GenerateOrder, seeds: [UInt64], took: Duration
    ) throws -> JobOutput {
        var files = finished.singles.enumerated().map { index, picture in file(GenerateFiles.single(index), picture) }
        if let grid = finished.grid { files.append(file(GenerateFiles.grid, grid)) }
        let summary = GenerateSummary(
            model: order.model, seeds: seeds, milliseconds: took.milliseconds,
            shown: finished.grid == nil ? GenerateFiles.single(0) : GenerateFiles.grid)
        return JobOutput(summary: try JobPayload(encoding: summary), files: files)
    }

    private func file(_ name: String, _ picture: EncodedPicture) -> OutputFile {
        OutputFile(name: name, contentType: picture.format.mediaType, bytes: picture.bytes)
    }

    /// What the queue is told of a model's error: whether to try again, and the sentence for the person.
    private func failure(_ error: ModelError) -> WorkFailure {
        logger.warning(
            "The model could not paint",
            metadata: ["model": "\(error.model)", "code": "\(error.code.rawValue)", "details": "\(error.details)"])
        let sentence =
            error.code == .outOfMemory ? "\(error.model) has too little memory for even one picture. Try another model." : error.userMessage
        let failure = JobFailure(code: "model-\(error.code.rawValue)", message: error.details, userMessage: sentence)
        guard error.isTransient else { return WorkFailure(failure, retry: .never) }
        return WorkFailure(failure, retry: error.retryAfter.map { .after($0) } ?? .backoff)
    }

    /// Carries progress from the model's threads to the queue; only the newest counts.
    private func reportingProgress<Value: Sendable>(
        to context: any JobContext, _ body: (@escaping @Sendable (Double) -> Void) async throws -> Value
    ) async throws -> Value {
        let (fractions, continuation) = AsyncStream<Double>.makeStream(bufferingPolicy: .bufferingNewest(1))
        async let reported: Void = {
            for await fraction in fractions { await context.report(progress: fraction) }
        }()
        defer { continuation.finish() }
        let value = try await body { continuation.yield($0) }
        continuation.finish()
        await reported
        return value
    }
}

/// Names of the files in a recorded output.
enum GenerateFiles {
    static let grid = "grid"
    /// - Parameter index: from 0.
    static func single(_ index: Int) -> String { "picture-\(index + 1)" }
}
