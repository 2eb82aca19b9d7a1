import Credits
import DiscordModels
import Inference
import Jobs
import Support

/// What the message of a `/generate` says until its pictures are there.
struct GenerateLine: WaitingLine {
    let cards: [ImageModelCard]
    let components: GenerateComponents
    /// Jobs of one model that run at a time.
    let runners: Int

    var kind: String { GenerateWorker.kind }

    func address(of job: Job) -> ReplyAddress? { order(job)?.reply }

    func expectedPerUnit(of job: Job) -> Duration? {
        cards.first { $0.name == job.queue }.map { .milliseconds(Int64($0.expectedSecondsPerImage * 1_000)) }
    }

    func runners(of job: Job) -> Int { runners }

    var showsPreview: Bool { true }

    func message(for job: Job, _ standing: Standing) -> MessageEdit {
        guard let order = order(job) else { return MessageEdit() }
        let buttons = standing.phase == .cancelling ? [] : components.waiting(job.requestID, owner: order.reply.userID)
        let text = CreditsText.priced(GenerateText.standing(standing, prompt: order.prompt), order.price.map { CreditAmount($0) })
        let preview = standing.preview.map { GenerateUpload.preview($0, order) }
        return MessageEdit(content: text, components: buttons, files: preview.map { [$0] } ?? [], keptAttachments: [])
    }

    private func order(_ job: Job) -> GenerateOrder? { try? job.arguments.decode() }
}
