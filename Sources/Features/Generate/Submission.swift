import Credits
import Inference
import Jobs
import Support

/// Puts an acknowledged request into the durable queue, or into the outbox the reason why not. After it returns, the
/// request is answered exactly once whatever dies. May be repeated under the same id: what was stored first stays.
///
/// The one way in for everything that is painted: the command, its buttons, forms and menus. What the guild's rules say is
/// decided here.
struct Submission: Sendable {
    let jobs: any JobQueue
    let cards: [ImageModelCard]
    let rules: PaintingRules
    /// Nil where nobody is shown how requests stand.
    let progress: ProgressReporter?
    /// Nil where credits are off.
    let credits: CreditDesk?
    /// Longest wait before a request is given up.
    let patience: Duration
    let clock: any WallClock

    /// - Parameter start: the picture it starts from, where the order says that there is one.
    func submit(_ order: GenerateOrder, start: OutputFile? = nil, as requestID: RequestID, from place: AskingPlace) async throws {
        try await attempt(requestID, order.reply) { try await enter(order, start: start, as: requestID, from: place) }
    }

    /// The same, where somebody else is to hear why not.
    ///
    /// - Throws: ``Refusal``; then nothing was stored.
    func enter(_ order: GenerateOrder, start: OutputFile? = nil, as requestID: RequestID, from place: AskingPlace) async throws {
        // An event that comes again: what was decided stays.
        if let job = try await jobs.job(requestID) {
            if !job.state.isFinal { await progress?.track(requestID) }
            return
        }
        guard try await jobs.deliveries(of: requestID).isEmpty else { return }
        let settings = try await rules.settings(of: place.guild)
        let policy = PaintingPolicy(settings: settings, place: place)
        var order = order
        order.price = credits?.price(of: order.model, units: order.count)?.value
        try admit(&order, policy)
        let now = clock.now()
        let job = NewJob(
            requestID: requestID, kind: GenerateWorker.kind, queue: order.model, arguments: try JobPayload(encoding: order),
            user: String(order.reply.userID), guild: order.reply.guildID.map { String($0) }, weight: policy.weight, cost: order.count,
            deadline: now + patience, files: start.map { [$0] } ?? [], waitingLimit: settings.waitingPerPerson)
        let request = QuoteRequest(
            model: order.model, units: order.count, user: order.reply.userID, guild: order.reply.guildID, roles: place.roles)
        let note = "\(order.count == 1 ? "1 picture" : "\(order.count) pictures") by \(order.model)"
        switch try await PaidEntrance(jobs: jobs, credits: credits, patience: patience).enqueue(job, for: request, note: note, at: now) {
        case .entered: await progress?.track(requestID)
        case .existing(let job): if !job.state.isFinal { await progress?.track(requestID) }
        case .turnedAway(let reason): throw Refusal(reason)
        case .answered: break
        }
    }

    /// What model and guild say; marks what is shown behind a cover.
    private func admit(_ order: inout GenerateOrder, _ policy: PaintingPolicy) throws(Refusal) {
        guard let card = cards.first(where: { $0.name == order.model }) else { throw Refusal(GenerateText.modelGone(order.model)) }
        try OrderMaker(cards: cards, settings: policy.settings).check(order, card)
        if try policy.rule(prompt: order.request.prompt, count: order.count).isSpoiler { order.isSpoiler = true }
    }

    /// Whether the request needs no more attention: it has been accepted, or answered otherwise.
    func isDecided(_ requestID: RequestID) async throws -> Bool {
        if try await jobs.job(requestID) != nil { return true }
        return try await !jobs.deliveries(of: requestID).isEmpty
    }

    /// Does it, and says to the person what stands in the way.
    func attempt(_ requestID: RequestID, _ address: ReplyAddress, _ body: () async throws -> Void) async throws {
        do { try await body() } catch let refusal as Refusal { try await refuse(refusal.userMessage, requestID, address) }
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
