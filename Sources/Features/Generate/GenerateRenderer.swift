import DiscordModels
import Inference
import Jobs
import Support

/// Makes the messages of `/generate` from the outbox, the job and the recorded output.
struct GenerateRenderer: AnswerRenderer {
    let jobs: any JobQueue
    let cards: [ImageModelCard]
    let components: GenerateComponents
    let costs: PaintingCosts

    var feature: String { GenerateWorker.kind }

    func render(_ envelope: AnswerEnvelope, for requestID: RequestID) async throws -> RenderedAnswer {
        let answer: GenerateAnswer = try envelope.decodeBody()
        switch answer {
        case .painted: return try await painted(requestID, envelope.address)
        case .shown(let painting, let isSpoiler): return try await painted(painting, envelope.address, isSpoiler: isSpoiler)
        case .single(let parent, let index): return try await single(parent, index: index, answering: requestID, envelope.address)
        case .cancelled(let prompt): return try await ended(GenerateText.cancelled(prompt: prompt), requestID, envelope.address)
        case .failed(let prompt, let reason):
            return try await ended(GenerateText.failed(prompt: prompt, reason: reason), requestID, envelope.address)
        case .refused(let reason): return RenderedAnswer(content: reason)
        }
    }

    func request(answeredBy components: [Component]) -> RequestID? { self.components.request(in: components) }

    private func ended(_ words: String, _ requestID: RequestID, _ address: ReplyAddress) async throws -> RenderedAnswer {
        let order: GenerateOrder? = try await jobs.job(requestID).flatMap { try? $0.arguments.decode() }
        let costs = if let order { await costs.costs(of: order, in: address.guildID) } else { GenerateComponents.Costs() }
        return RenderedAnswer(content: words, components: components.ended(requestID, owner: address.userID, costs: costs))
    }

    private func painted(_ requestID: RequestID, _ address: ReplyAddress, isSpoiler: Bool = false) async throws -> RenderedAnswer {
        guard let job = try await jobs.job(requestID), var order = try? job.arguments.decode(GenerateOrder.self),
            let output = try await jobs.output(of: requestID), let summary = try? output.summary.decode(GenerateSummary.self),
            let shown = output.files.first(where: { $0.name == summary.shown })
        else { return RenderedAnswer(content: GenerateText.gone) }
        if isSpoiler { order.isSpoiler = true }
        return RenderedAnswer(
            content: GenerateText.painted(order, summary, card: cards.first { $0.name == order.model }),
            components: components.painted(
                requestID, count: order.count, owner: address.userID, costs: await costs.costs(of: order, in: address.guildID)),
            files: [GenerateUpload.picture(shown, of: requestID, order, index: nil)],
            payment: .earned(done: summary.seeds.count, asked: order.count))
    }

    private func single(
        _ parent: RequestID, index: Int, answering requestID: RequestID, _ address: ReplyAddress
    ) async throws -> RenderedAnswer {
        guard let job = try await jobs.job(parent), let order = try? job.arguments.decode(GenerateOrder.self),
            let file = try await jobs.outputFile(of: parent, named: GenerateFiles.single(index))
        else { return RenderedAnswer(content: GenerateText.gone) }
        let hasSeeds = cards.first { $0.name == order.model }?.abilities.seeds ?? true
        return RenderedAnswer(
            content: GenerateText.single(order, index: index, seed: hasSeeds ? order.seed &+ UInt64(index) : nil),
            components: components.single(
                parent, index: index, answering: requestID, owner: address.userID,
                costs: await costs.costs(of: order, in: address.guildID)),
            files: [GenerateUpload.picture(file, of: parent, order, index: index)])
    }
}
