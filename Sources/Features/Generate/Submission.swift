import Inference
import Jobs
import Support

/// Puts an acknowledged request into the durable queue, or into the outbox the reason why not. After it returns, the
/// request is answered exactly once whatever dies. May be repeated under the same id: what was stored first stays.
struct Submission: Sendable {
    let jobs: any JobQueue
    let models: ImageModelCatalog
    let progress: ProgressReporter
    /// Longest wait before a request is given up.
    let patience: Duration
    let clock: any WallClock

    func submit(_ order: GenerateOrder, as requestID: RequestID) async throws {
        guard models[order.model] != nil else {
            return try await refuse(GenerateText.modelGone(order.model), requestID, order.reply)
        }
        let now = clock.now()
        let job = NewJob(
            requestID: requestID, kind: GenerateWorker.kind, queue: order.model, arguments: try JobPayload(encoding: order),
            user: String(order.reply.userID), guild: order.reply.guildID.map { String($0) }, cost: order.count, deadline: now + patience)
        switch try await jobs.enqueue(job, at: now) {
        case .enqueued: await progress.track(requestID)
        case .existing(let job): if !job.state.isFinal { await progress.track(requestID) }
        case .refused(let refusal): try await refuse(refusal.userMessage, requestID, order.reply)
        }
    }

    /// Says why a request is not done; exactly once, like every answer.
    func refuse(_ reason: String, _ requestID: RequestID, _ address: ReplyAddress) async throws {
        try await answer(.refused(reason: reason), requestID, address)
    }

    /// An answer that needs no work.
    func answer(_ answer: GenerateAnswer, _ requestID: RequestID, _ address: ReplyAddress) async throws {
        _ = try await jobs.deliver([answer.delivery(for: requestID, to: address)], at: clock.now())
    }
}
