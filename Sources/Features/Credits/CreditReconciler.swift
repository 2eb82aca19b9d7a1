import Credits
import Jobs
import Logging
import ServiceLifecycle
import Support

/// Settles what is still held for requests that are over: after a process died at the wrong moment, a delivery was given up, or
/// credits were switched off for a while. What is normal is settled where the answer is delivered; here nothing is found.
struct CreditReconciler: Service {
    let desk: CreditDesk
    let jobs: any JobQueue
    var interval: Duration = .seconds(60)
    /// Younger holds are left to the request's own way.
    var patience: Duration = .seconds(120)
    let clock: any WallClock
    let logger: Logger

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                do {
                    let settled = try await reconcile()
                    if settled > 0 { logger.notice("holds were settled that nobody else had", metadata: ["holds": "\(settled)"]) }
                } catch {
                    logger.error("holds could not be reconciled", metadata: ["error": "\(error)"])
                }
                try await clock.sleep(for: interval)
            }
        }
    }

    /// Looks at every open hold once. Returns how many were settled.
    func reconcile() async throws -> Int {
        let now = clock.now()
        var settled = try await desk.ledger.expireHolds(at: now, limit: 1_000)
        var last: CreditHold?
        while true {
            let page = try await desk.ledger.openHolds(createdBefore: now - patience, limit: 100, after: last)
            for hold in page {
                // Others than requests name their holds otherwise, and settle them.
                guard let request = RequestID(hold.id.text), let payment = try await outcome(of: request) else { continue }
                try await desk.settle(hold, payment, at: now)
                settled += 1
            }
            guard let end = page.last else { return settled }
            last = end
        }
    }

    /// What a request came to; nil while it is not over.
    private func outcome(of request: RequestID) async throws -> Payment? {
        let job = try await jobs.job(request)
        if let job, !job.state.isFinal { return nil }
        switch try await jobs.deliveries(of: request).first(where: { $0.kind == .final })?.state {
        case .waiting, .delivering: return nil
        case .delivered: return job?.state == .completed ? .earned(done: 1, asked: 1) : .void
        case .abandoned, nil: return .void
        }
    }
}
