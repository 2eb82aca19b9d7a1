import Jobs
import Support

/// Puts a question into the durable queue, or into the outbox the reason why not. After it returns, the request is answered
/// exactly once whatever dies. May be repeated under the same id: what was stored first stays.
struct SeeingSubmission: Sendable {
    let jobs: any JobQueue
    let progress: ProgressReporter
    /// Longest wait before a question is given up.
    let patience: Duration
    let clock: any WallClock

    func submit(_ order: SeeingOrder, _ picture: SeenPicture?, as requestID: RequestID) async throws {
        let now = clock.now()
        let job = NewJob(
            requestID: requestID, kind: SeeingWorker.kind, queue: SeeingOrder.queue(of: order.model),
            arguments: try JobPayload(encoding: order), user: String(order.reply.userID), guild: order.reply.guildID.map { String($0) },
            cost: order.prompt == nil ? max(1, order.examples.count) : 1, deadline: now + patience, files: picture.map { [$0.file] } ?? [])
        switch try await jobs.enqueue(job, at: now) {
        case .enqueued: await progress.track(requestID)
        case .existing(let job): if !job.state.isFinal { await progress.track(requestID) }
        case .refused(let refusal): try await refuse(refusal.userMessage, requestID, order.reply)
        }
    }

    /// Says why a question is not asked; exactly once, like every answer.
    func refuse(_ reason: String, _ requestID: RequestID, _ address: ReplyAddress) async throws {
        _ = try await jobs.deliver([SeeingAnswer.refused(reason: reason).delivery(for: requestID, to: address)], at: clock.now())
    }

    /// Asks, and says to the person what stands in the way.
    func attempt(_ requestID: RequestID, _ address: ReplyAddress, _ body: () async throws -> Void) async throws {
        do { try await body() } catch let error as any UserFacingError { try await refuse(error.userMessage, requestID, address) }
    }
}
