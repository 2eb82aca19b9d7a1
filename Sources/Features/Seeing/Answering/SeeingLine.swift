import Credits
import DiscordModels
import Inference
import Jobs
import Support

/// What the message of a `/comprehend` says until its answer is there.
struct SeeingLine: WaitingLine {
    let cards: [VisionModelCard]
    let components: SeeingComponents

    var kind: String { SeeingWorker.kind }

    func address(of job: Job) -> ReplyAddress? { order(job)?.reply }

    func expectedPerUnit(of job: Job) -> Duration? { card(job).map { .milliseconds(Int64($0.expectedSeconds * 1_000)) } }

    func runners(of job: Job) -> Int { card(job)?.requestsAtATime ?? 1 }

    func message(for job: Job, _ standing: Standing) -> MessageEdit {
        guard let order = order(job) else { return MessageEdit() }
        let buttons = standing.phase == .cancelling ? [] : components.waiting(job.requestID, owner: order.reply.userID)
        return MessageEdit(
            content: CreditsText.priced(SeeingText.standing(standing), order.price.map { CreditAmount($0) }), components: buttons)
    }

    private func order(_ job: Job) -> SeeingOrder? { try? job.arguments.decode() }
    private func card(_ job: Job) -> VisionModelCard? { cards.first { SeeingOrder.queue(of: $0.name) == job.queue } }
}
