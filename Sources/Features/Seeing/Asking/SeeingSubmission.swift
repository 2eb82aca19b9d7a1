import Credits
import Inference
import Jobs
import Support

/// Puts a question into the durable queue, or into the outbox the reason why not. After it returns, the request is answered
/// exactly once whatever dies. May be repeated under the same id: what was stored first stays.
struct SeeingSubmission: Sendable {
    let jobs: any JobQueue
    /// Nil where nobody is shown how requests stand.
    let progress: ProgressReporter?
    /// Nil where credits are off.
    let credits: CreditDesk?
    /// Longest wait before a question is given up.
    let patience: Duration
    let clock: any WallClock

    /// - Parameter roles: of the person who asks: some have allowances.
    func submit(_ order: SeeingOrder, _ picture: SeenPicture?, as requestID: RequestID, roles: Set<UInt64>) async throws {
        try await attempt(requestID, order.reply) { try await enter(order, picture, as: requestID, roles: roles) }
    }

    /// The same question about the same picture, with another seed.
    ///
    /// - Throws: `UserFacingError`; then nothing was stored.
    func again(_ old: RequestID, as requestID: RequestID, _ address: ReplyAddress, roles: Set<UInt64>, seed: UInt64) async throws {
        var order = try await jobs.seeingOrder(of: old)
        order.reply = address
        if order.prompt != nil { order.options.seed = seed }
        try await enter(order, order.prompt == nil ? nil : try await jobs.seenPicture(of: old), as: requestID, roles: roles)
    }

    private func enter(_ order: SeeingOrder, _ picture: SeenPicture?, as requestID: RequestID, roles: Set<UInt64>) async throws {
        let now = clock.now()
        var order = order
        order.price = credits?.price(of: order.model, units: order.units)?.value
        order.isFirstFrame = picture?.isFirstFrame == true ? true : nil
        let job = NewJob(
            requestID: requestID, kind: SeeingWorker.kind, queue: SeeingOrder.queue(of: order.model),
            arguments: try JobPayload(encoding: order), user: String(order.reply.userID), guild: order.reply.guildID.map { String($0) },
            cost: order.units, deadline: now + patience, files: picture.map { [$0.file] } ?? [])
        let request = QuoteRequest(
            model: order.model, units: order.units, user: order.reply.userID, guild: order.reply.guildID, roles: roles)
        let note = "\(order.units == 1 ? "1 answer" : "\(order.units) answers") about a picture by \(order.model)"
        switch try await PaidEntrance(jobs: jobs, credits: credits, patience: patience).enqueue(job, for: request, note: note, at: now) {
        case .entered: await progress?.track(requestID)
        case .existing(let job): if !job.state.isFinal { await progress?.track(requestID) }
        case .turnedAway(let reason): throw Refusal(reason)
        case .answered: break
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
