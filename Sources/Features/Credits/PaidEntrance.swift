import Credits
import Jobs
import Support

/// The way into the queue for requests that may have a price. Nothing of this says anything to anybody: who asks does.
struct PaidEntrance: Sendable {
    let jobs: any JobQueue
    /// Nil where credits are off.
    let credits: CreditDesk?
    /// Longest wait before a request is given up.
    let patience: Duration

    /// A price that nothing was heard of is given back so much later than the request is given up: answers are kept that long.
    private static let afterthought: Duration = .seconds(40 * 86_400)

    enum Entry: Sendable {
        case entered
        /// It came before.
        case existing(Job)
        /// To be told to whoever asked.
        case turnedAway(String)
        /// It has had its answer before. Nothing to do.
        case answered
    }

    /// Puts the price aside and enqueues the job, as ``CreditDesk/enqueue(_:for:note:on:expiresAt:at:)`` does.
    ///
    /// - Parameters:
    ///   - request: what it would cost and whom; nil: it has no price.
    ///   - note: stands in the ledger, which never forgets: no prompt.
    func enqueue(_ job: NewJob, for request: QuoteRequest?, note: String, at now: Timestamp) async throws -> Entry {
        guard let credits, let request else { return Self.entry(try await jobs.enqueue(job, at: now)) }
        return
            switch try await credits.enqueue(
                job, for: request, note: note, on: jobs, expiresAt: now + patience + Self.afterthought, at: now)
        {
        case .enqueued(let result): Self.entry(result)
        case .unpaid(let refusal): .turnedAway(CreditsText.refusal(refusal))
        case .lapsed: .turnedAway(CreditsText.lapsed)
        case .answered: .answered
        }
    }

    private static func entry(_ result: EnqueueResult) -> Entry {
        switch result {
        case .enqueued: .entered
        case .existing(let job): .existing(job)
        case .refused(let refusal): .turnedAway(refusal.userMessage)
        }
    }
}
