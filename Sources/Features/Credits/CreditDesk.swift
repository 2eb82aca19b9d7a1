import Credits
import Jobs
import Support

/// Where requests are paid for: puts the price aside together with the job, pays when the work was delivered, gives it back
/// when it was not. Every step can be repeated under the request's id.
///
/// Not there at all where credits are switched off.
public struct CreditDesk: Sendable {
    let ledger: CreditLedger
    let vouchers: VoucherBook
    let purchases: PurchaseBook
    let rules: CreditRules
    /// The rules as they are now.
    var policy: CreditPolicy { rules.current }

    public init(ledger: CreditLedger, vouchers: VoucherBook, purchases: PurchaseBook, rules: CreditRules) {
        self.ledger = ledger
        self.vouchers = vouchers
        self.purchases = purchases
        self.rules = rules
    }

    // MARK: Asking

    enum Submitted: Sendable {
        case enqueued(EnqueueResult)
        /// Nothing was put aside and nothing enqueued.
        case unpaid(QuoteRefusal)
        /// It has had its answer before: a refusal, say. Nothing to do.
        case answered
        /// What was put aside for it has been given back before it came into the queue. Nothing is enqueued.
        case lapsed
    }

    /// What a request would cost; nil if it is free.
    func price(of model: String, units: Int) -> CreditAmount? {
        let price = policy.price(of: model, units: units)
        return price > .zero ? price : nil
    }

    /// Puts the price aside and enqueues the job: both or neither, in one transaction where the queue is in the same database.
    ///
    /// - Parameter expiresAt: when the price is given back if nothing was heard of the request until then.
    func enqueue(
        _ job: NewJob, for request: QuoteRequest, note: String, on jobs: any JobQueue, expiresAt: Timestamp, at now: Timestamp
    ) async throws -> Submitted {
        if try await jobs.job(job.requestID) == nil, try await !jobs.deliveries(of: job.requestID).isEmpty { return .answered }
        let hold = HoldID(job.requestID)
        guard let queue = jobs as? SQLJobQueue else {
            return try await enqueue(job, hold, for: request, note: note, on: jobs, expiresAt: expiresAt, at: now)
        }
        do {
            let result = try await ledger.transaction { [ledger, policy] tx in
                let result = try queue.enqueue(job, at: now, in: tx)
                guard case .enqueued = result else { return result }
                let reserved = try ledger.reserve(hold, policy, for: request, note: note, expiresAt: expiresAt, at: now, in: tx)
                if case .refused(let refusal) = reserved { throw Unpaid(refusal: refusal) }
                return result
            }
            queue.announce(result)
            return .enqueued(result)
        } catch let error as Unpaid {
            return .unpaid(error.refusal)
        }
    }

    private struct Unpaid: Error {
        let refusal: QuoteRefusal
    }

    /// With a queue elsewhere: first the hold, then the job. A process that dies between the two leaves a hold without a job, which
    /// ``CreditReconciler`` gives back; a request that comes again after that is not done for nothing.
    private func enqueue(
        _ job: NewJob, _ hold: HoldID, for request: QuoteRequest, note: String, on jobs: any JobQueue, expiresAt: Timestamp,
        at now: Timestamp
    ) async throws -> Submitted {
        let reserved = try await ledger.transaction { [ledger, policy] tx in
            try ledger.reserve(hold, policy, for: request, note: note, expiresAt: expiresAt, at: now, in: tx)
        }
        switch reserved {
        case .free: return .enqueued(try await jobs.enqueue(job, at: now))
        case .refused(let refusal): return .unpaid(refusal)
        case .held(let there): if there.state != .held, try await jobs.job(job.requestID) == nil { return .lapsed }
        }
        let result = try await jobs.enqueue(job, at: now)
        switch result {
        case .refused: _ = try await ledger.void(hold, at: now)
        case .existing: break
        case .enqueued:
            // Given back while this process stood still between the two.
            guard let there = try await ledger.hold(hold), there.state != .held,
                case .cancelled = try await jobs.cancel(job.requestID, at: now, answer: { _ in [] })
            else { break }
            return .lapsed
        }
        return .enqueued(result)
    }

    // MARK: Paying

    /// What was put aside for a request; nil if it was free, or came before there were credits.
    func hold(of request: RequestID) async throws -> CreditHold? { try await ledger.hold(HoldID(request)) }

    /// What an answer takes of a hold.
    static func amount(_ payment: Payment, of hold: CreditHold) -> CreditAmount {
        guard case .earned(let done, let asked) = payment, asked > 0, done > 0 else { return .zero }
        return CreditAmount(hold.amount.value * Int64(min(done, asked)) / Int64(asked))
    }

    /// Pays or gives back, once; a repeat changes nothing.
    func settle(_ hold: CreditHold, _ payment: Payment, at now: Timestamp) async throws {
        _ = try await ledger.post(hold.id, amount: Self.amount(payment, of: hold), at: now)
    }
}

/// What an answer means for what was put aside.
enum Payment: Sendable, Hashable {
    /// Give all of it back.
    case void
    /// So many of the units asked for were delivered.
    case earned(done: Int, asked: Int)
}
