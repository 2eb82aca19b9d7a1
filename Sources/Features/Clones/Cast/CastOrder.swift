import Jobs
import Support

/// The cast is to learn what it does not know yet, and then to begin: the arguments of the job.
struct CastOrder: Sendable, Hashable, Codable {
    var wishes: StageWishes
    var reply: ReplyAddress

    static let kind = "clone-cast"
    static let queue = "clone-cast"
    /// Learning takes a minute; a crowded machine and a few deaths of the process are allowed for.
    static let patience: Duration = .seconds(3_600)

    func job(_ requestID: RequestID, at now: Timestamp) throws -> NewJob {
        NewJob(
            requestID: requestID, kind: Self.kind, queue: Self.queue, arguments: try JobPayload(encoding: self),
            user: String(reply.userID), guild: reply.guildID.map { String($0) }, serialKey: Self.queue,
            maxAttempts: 10, deadline: now + Self.patience)
    }
}

/// What came of it, as it lies in the outbox.
enum CastAnswer: Sendable, Hashable, Codable {
    case ready
    case failed(reason: String)

    struct Body: Sendable, Hashable, Codable {
        var answer: CastAnswer
        var wishes: StageWishes
    }

    func delivery(for requestID: RequestID, _ order: CastOrder) throws -> NewDelivery {
        let body = try JobPayload(encoding: Body(answer: self, wishes: order.wishes))
        let envelope = AnswerEnvelope(feature: CastOrder.kind, address: order.reply, body: body.bytes)
        return NewDelivery(requestID: requestID, payload: try JobPayload(encoding: envelope))
    }

    /// Of a job that ended without its worker's answer.
    static func final(of job: Job) -> [NewDelivery] {
        guard let order = try? job.arguments.decode(CastOrder.self) else { return [] }
        let reason = job.failures.last?.userMessage ?? ClonesText.castUnready
        return (try? [CastAnswer.failed(reason: reason).delivery(for: job.requestID, order)]) ?? []
    }
}
