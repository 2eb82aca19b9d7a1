import Credits
import Discord
import Inference
import Jobs
import Memory
import Support

/// Puts a question into the exchange and its job into the queue, or into the outbox the reason why not. After it returns, the
/// question is answered exactly once whatever dies. May be repeated under the same id: what was stored first stays.
struct ChatSubmission: Sendable {
    let jobs: any JobQueue
    let memories: Memories
    let models: TextModelCatalog
    let reporter: ChatReporter
    /// Nil where nothing is paid for.
    let credits: CreditDesk?
    /// Longest wait before a question is given up.
    let patience: Duration
    let clock: any WallClock

    /// - Parameters:
    ///   - roles: of who asks, in the guild where they ask.
    ///   - old: the request in whose messages the answer is to be shown.
    ///   - messages: where these are known instead.
    func submit(
        _ question: ChatQuestion, in key: ConversationKey, remembered: Bool, _ order: ChatOrder, as requestID: RequestID,
        roles: Set<UInt64>, inPlaceOf old: RequestID? = nil, shownIn messages: [MessageKey] = []
    ) async throws {
        guard !models.models.isEmpty else { return try await refuse(ChatText.noModel, order, requestID) }
        guard let card = models[order.model]?.card else { return try await refuse(ChatText.modelGone(order.model), order, requestID) }
        var order = order
        order.units = units(question, card)
        let now = clock.now()
        let guild = order.reply.guildID
        let exchange = Exchange(
            requestID: requestID, key: key, guild: guild.map { GuildKey($0) } ?? .directMessages, channel: key.channel,
            person: PersonKey(order.reply.userID), isRemembered: remembered, question: try JobPayload(encoding: question).bytes,
            askedAt: now)
        if try await jobs.job(requestID)?.state.isFinal == true { return }
        try await memories.exchanges.ask(exchange)
        if let old { try await memories.exchanges.handOver(messagesOf: old, to: requestID) }
        for (index, message) in messages.enumerated() { _ = try await memories.exchanges.note(message, as: index, of: requestID) }
        // An old answer may be written anew in its messages.
        if old != nil || !messages.isEmpty, let channel = order.reply.channelID {
            for message in try await memories.exchanges.messages(of: requestID).values { reporter.reopen(message, in: channel) }
        }
        let job = NewJob(
            requestID: requestID, kind: ChatWorker.kind, queue: order.queue, arguments: try JobPayload(encoding: order),
            user: String(order.reply.userID), guild: guild.map { String($0) }, serialKey: key.description, maxAttempts: 4,
            deadline: now + patience)
        let request = order.units.map {
            QuoteRequest(model: order.model, units: $0, user: order.reply.userID, guild: order.reply.guildID, roles: roles)
        }
        let entrance = PaidEntrance(jobs: jobs, credits: credits, patience: patience)
        switch try await entrance.enqueue(job, for: request, note: "an answer by \(order.model)", at: now) {
        case .entered: await reporter.track(requestID, order)
        case .existing(let job): if !job.state.isFinal { await reporter.track(requestID, order) }
        case .turnedAway(let reason):
            try await memories.exchanges.remove(requestID)
            try await refuse(reason, order, requestID)
        case .answered: try await memories.exchanges.remove(requestID)
        }
    }

    /// Thousands of tokens that question and answer may take; nil where the model has no price.
    private func units(_ question: ChatQuestion, _ card: TextModelCard) -> Int? {
        guard credits?.policy.prices[card.name].map({ $0 > .zero }) == true else { return nil }
        let longest = min(question.options.maxTokens ?? card.defaults.maxTokens ?? 1_024, card.contextTokens)
        return min(1 + ChatDetails.thousands(longest), ChatDetails.thousands(card.contextTokens))
    }

    /// Says why a question is not answered; exactly once, like every answer.
    func refuse(_ reason: String, _ order: ChatOrder, _ requestID: RequestID) async throws {
        _ = try await jobs.deliver([ChatAnswer.refused(reason: reason).delivery(for: requestID, order)], at: clock.now())
    }
}
