import Inference
import Jobs
import Logging
import Memory
import Pictures
import Support

/// Paints: the work half of `/generate`, in whatever process claims the job.
///
/// The output is recorded before anything is said; a repeat finds it and the model does not run again. Says nothing
/// itself: it hands the answer to the outbox, which ``DeliveryService`` empties.
struct GenerateWorker: Worker {
    static let kind = "generate"

    let models: ImageModelCatalog
    /// Nil where nobody looks for pictures afterwards.
    let shelf: PictureShelf?
    let logger: Logger
    private let desk = PictureDesk()

    init(models: ImageModelCatalog, shelf: PictureShelf? = nil, logger: Logger) {
        self.models = models
        self.shelf = shelf
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
        let output =
            if let recorded = try await context.recordedOutput() { recorded } else {
                try await context.record(try await paint(order, as: job.requestID, context))
            }
        await shelve(order, output, as: job.requestID, at: context.now)
        return .completed([try GenerateAnswer.painted.delivery(for: job.requestID, to: order.reply)])
    }

    private func paint(_ order: GenerateOrder, as requestID: RequestID, _ context: any JobContext) async throws -> JobOutput {
        guard let model = models[order.model] else {
            throw WorkFailure(
                JobFailure(
                    code: "model-unknown", message: "no runner has the model \(order.model)",
                    userMessage: GenerateText.modelGone(order.model)),
                retry: .never)
        }
        let started = context.now
        do {
            let request = try await request(of: order, as: requestID, context)
            let reporter = PaintingReporter(context: context, desk: desk)
            let result = try await reporter.reporting { progress in
                try await PatientPainter(model: model).paint(request, progress: progress)
            }
            let finished = try await desk.finish(
                result, order: order, hasSeeds: model.card.abilities.seeds, attachmentLimit: order.reply.attachmentLimit)
            try Task.checkCancellation()
            return try output(
                finished, order: order, seeds: result.seeds, isRepeatable: model.card.abilities.seeds, took: context.now - started)
        } catch let error as ModelError {
            throw failure(error)
        } catch let error as PictureError {
            throw failure(ModelError(.invalidResponse, model: order.model, details: error.description))
        }
    }

    /// With the picture that it starts from, and an id by which a server knows a repeat.
    private func request(of order: GenerateOrder, as requestID: RequestID, _ context: any JobContext) async throws -> ImageRequest {
        var request = order.request
        request.workID = requestID.description
        guard let start = order.start else { return request }
        guard let file = try await context.startingFile(named: GenerateFiles.start) else {
            throw WorkFailure(
                JobFailure(code: "start-gone", message: "the picture to start from is not kept", userMessage: GenerateText.startGone),
                retry: .never)
        }
        request.initialImage = .init(bytes: try await desk.png(file.bytes), strength: start.strength)
        return request
    }

    private func output(
        _ finished: PictureDesk.Finished, order: GenerateOrder, seeds: [UInt64], isRepeatable: Bool, took: Duration
    ) throws -> JobOutput {
        var files = finished.singles.enumerated().map { index, picture in file(GenerateFiles.single(index), picture) }
        if let grid = finished.grid { files.append(file(GenerateFiles.grid, grid)) }
        files.append(file(GenerateFiles.thumbnail, finished.thumbnail))
        let summary = GenerateSummary(
            model: order.model, seeds: seeds, isRepeatable: isRepeatable, milliseconds: took.milliseconds,
            shown: finished.grid == nil ? GenerateFiles.single(0) : GenerateFiles.grid)
        return JobOutput(summary: try JobPayload(encoding: summary), files: files)
    }

    private func file(_ name: String, _ picture: EncodedPicture) -> OutputFile {
        OutputFile(name: name, contentType: picture.format.mediaType, bytes: picture.bytes)
    }

    /// For the gallery. That it is not there must not keep the answer back.
    private func shelve(_ order: GenerateOrder, _ output: JobOutput, as requestID: RequestID, at now: Timestamp) async {
        guard let shelf else { return }
        let picture = ShelvedPicture(
            requestID: requestID, person: PersonKey(order.reply.userID),
            guild: order.reply.guildID.map { GuildKey($0) } ?? .directMessages, prompt: order.prompt, model: order.model,
            count: order.count, thumbnail: output.files.first { $0.name == GenerateFiles.thumbnail }?.bytes ?? [], madeAt: now)
        do { try await shelf.put(picture) } catch {
            logger.warning("a painting is not on the shelf", metadata: ["request": "\(requestID)", "error": "\(error)"])
        }
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
}
