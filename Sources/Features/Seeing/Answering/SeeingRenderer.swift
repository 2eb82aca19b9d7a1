import DiscordModels
import Inference
import Jobs
import Support

/// Makes the messages of `/comprehend` from the outbox, the job and the recorded output.
struct SeeingRenderer: AnswerRenderer {
    let jobs: any JobQueue
    let components: SeeingComponents
    let credits: CreditDesk?

    var feature: String { SeeingWorker.kind }

    func render(_ envelope: AnswerEnvelope, for requestID: RequestID) async throws -> RenderedAnswer {
        let answer: SeeingAnswer = try envelope.decodeBody()
        let owner = envelope.address.userID
        switch answer {
        case .answered: return try await answered(requestID, owner: owner)
        case .cancelled: return try await ended("Cancelled.", requestID, owner: owner)
        case .failed(let reason): return try await ended(reason, requestID, owner: owner)
        case .refused(let reason): return RenderedAnswer(content: reason)
        }
    }

    func request(answeredBy components: [Component]) -> RequestID? { self.components.request(in: components) }

    private func ended(_ words: String, _ requestID: RequestID, owner: UInt64) async throws -> RenderedAnswer {
        let order: SeeingOrder? = try await jobs.job(requestID).flatMap { try? $0.arguments.decode() }
        let cost = order.flatMap { credits?.price(of: $0.model, units: $0.units) }
        return RenderedAnswer(content: words, components: components.ended(requestID, owner: owner, cost: cost))
    }

    private func answered(_ requestID: RequestID, owner: UInt64) async throws -> RenderedAnswer {
        guard let job = try await jobs.job(requestID), let order = try? job.arguments.decode(SeeingOrder.self),
            let output = try await jobs.output(of: requestID), let summary = try? output.summary.decode(SeeingSummary.self)
        else { return RenderedAnswer(content: SeeingText.gone) }
        if let trials = summary.trials {
            return RenderedAnswer(
                content: "",
                components: components.ended(requestID, owner: owner, cost: credits?.price(of: order.model, units: order.units)),
                embeds: [SeeingText.trials(trials, order, summary)], payment: .earned(done: order.units, asked: order.units))
        }
        var files: [FileUpload] = []
        var embed = SeeingText.embed(order, summary)
        if let picture = try await jobs.startingFile(of: requestID, named: SeenPicture.fileName) {
            let name = "picture.\(picture.contentType == "image/jpeg" ? "jpg" : "png")"
            files.append(
                FileUpload(
                    filename: name, contentType: picture.contentType, bytes: picture.bytes, description: "The picture that was asked about")
            )
            embed.thumbnail = Embed.Media(url: "attachment://\(name)")
        }
        if summary.text.utf16.count > SeeingText.shownAnswer {
            files.append(FileUpload(filename: "answer.txt", contentType: "text/plain; charset=utf-8", bytes: Array(summary.text.utf8)))
        }
        return RenderedAnswer(
            content: "", components: components.answered(requestID, owner: owner, cost: credits?.price(of: order.model, units: 1)),
            files: files, embeds: [embed],
            payment: .earned(done: 1, asked: 1))
    }
}
