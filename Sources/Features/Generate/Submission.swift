import Credits
import Inference
import Jobs
import Support

/// Puts an acknowledged request into the durable queue, or into the outbox the reason why not. After it returns, the
/// request is answered exactly once whatever dies. May be repeated under the same id: what was stored first stays.
struct Submission: Sendable {
    let jobs: any JobQueue
    let models: ImageModelCatalog
    let progress: ProgressReporter
    /// Nil where credits are off.
    let credits: CreditDesk?
    /// Longest wait before a request is given up.
    let patience: Duration
    let clock: any WallClock

    /// - Parameter roles: of who asks, in the guild where they ask.
    func submit(_ order: GenerateOrder, as requestID: RequestID, roles: Set<UInt64>) async throws {
        var order = order
        order.price = credits?.price(of: order.model, units: order.count)?.value
        guard models[order.model] != nil else {
            return try await refuse(GenerateText.modelGone(order.model), requestID, order.reply)
        }
        let now = clock.now()
        let job = NewJob(
            requestID: requestID, kind: GenerateWorker.kind, queue: order.model, arguments: try JobPayload(encoding: order),
            user: String(order.reply.userID), guild: order.reply.guildID.map { String($0) }, cost: order.count, deadline: now + patience)
        switch try await enqueue(job, order, roles, at: now) {
        case nil: break
        case .enqueued: await progress.track(requestID)
        case .existing(let job): if !job.state.isFinal { await progress.track(requestID) }
        case .refused(let refusal): try await refuse(refusal.userMessage, requestID, order.reply)
        }
    }

    /// - Returns: nil if the request has its answer already, as when it cannot be paid.
    private func enqueue(_ job: NewJob, _ order: GenerateOrder, _ roles: Set<UInt64>, at now: Timestamp) async throws -> EnqueueResult? {
        guard let credits else { return try await jobs.enqueue(job, at: now) }
        let request = QuoteRequest(
            model: order.model, units: order.count, user: order.reply.userID, guild: order.reply.guildID, roles: roles)
        // No prompt: the ledger never forgets.
        let note = "\(order.count == 1 ? "1 picture" : "\(order.count) pictures") by \(order.model)"
        switch try await credits.enqueue(
            job, for: request, note: note, on: jobs, expiresAt: now + patience + .seconds(40 * 86_400), at: now)
        {
        case .enqueued(let result): return result
        case .unpaid(let refusal): try await refuse(CreditsText.refusal(refusal), job.requestID, order.reply)
        case .answered: break
        }
        return nil
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
