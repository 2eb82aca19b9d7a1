import DiscordModels
import Inference
import Jobs
import Support

/// Makes the messages of `/generate` from the outbox, the job and the recorded output.
struct GenerateRenderer: AnswerRenderer {
    let jobs: any JobQueue
    let cards: [ImageModelCard]
    let components: GenerateComponents

    var feature: String { GenerateWorker.kind }

    func render(_ envelope: AnswerEnvelope, for requestID: RequestID) async throws -> RenderedAnswer {
        let answer: GenerateAnswer = try envelope.decodeBody()
        let owner = envelope.address.userID
        switch answer {
        case .painted: return try await painted(requestID, owner: owner)
        case .shown(let painting, let isSpoiler): return try await painted(painting, owner: owner, isSpoiler: isSpoiler)
        case .single(let parent, let index): return try await single(parent, index: index, answering: requestID, owner: owner)
        case .cancelled(let prompt):
            return RenderedAnswer(content: GenerateText.cancelled(prompt: prompt), components: components.ended(requestID, owner: owner))
        case .failed(let prompt, let reason):
            return RenderedAnswer(
                content: GenerateText.failed(prompt: prompt, reason: reason), components: components.ended(requestID, owner: owner))
        case .refused(let reason): return RenderedAnswer(content: reason)
        }
    }

    func request(answeredBy components: [Component]) -> RequestID? { self.components.request(in: components) }

    private func painted(_ requestID: RequestID, owner: UInt64, isSpoiler: Bool = false) async throws -> RenderedAnswer {
        guard let job = try await jobs.job(requestID), var order = try? job.arguments.decode(GenerateOrder.self),
            let output = try await jobs.output(of: requestID), let summary = try? output.summary.decode(GenerateSummary.self),
            let shown = output.files.first(where: { $0.name == summary.shown })
        else { return RenderedAnswer(content: GenerateText.gone) }
        if isSpoiler { order.isSpoiler = true }
        return RenderedAnswer(
            content: GenerateText.painted(order, summary, card: cards.first { $0.name == order.model }),
            components: components.painted(requestID, count: order.count, owner: owner),
            files: [GenerateUpload.picture(shown, of: requestID, order, index: nil)],
            payment: .earned(done: summary.seeds.count, asked: order.count))
    }

    private func single(_ parent: RequestID, index: Int, answering requestID: RequestID, owner: UInt64) async throws -> RenderedAnswer {
        guard let job = try await jobs.job(parent), let order = try? job.arguments.decode(GenerateOrder.self),
            let file = try await jobs.outputFile(of: parent, named: GenerateFiles.single(index))
        else { return RenderedAnswer(content: GenerateText.gone) }
        let hasSeeds = cards.first { $0.name == order.model }?.abilities.seeds ?? true
        return RenderedAnswer(
            content: GenerateText.single(order, index: index, seed: hasSeeds ? order.seed &+ UInt64(index) : nil),
            components: components.single(parent, index: index, answering: requestID, owner: owner),
            files: [GenerateUpload.picture(file, of: parent, order, index: index)])
    }
}
