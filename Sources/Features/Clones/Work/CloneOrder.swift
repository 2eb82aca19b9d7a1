import Jobs
import Memory
import Support

/// One line that a clone is to write: the arguments of its job.
struct CloneOrder: Sendable, Hashable, Codable {
    var clone: Clone.ID
    /// What is answered; nil: something is begun.
    var message: ClonePrompt.Said?
    var topic: String?
    /// What was said before, oldest first.
    var recent: [ClonePrompt.Said] = []
    /// What the same clone said lately.
    var before: [String] = []
    /// Whether it is a turn of a conversation of clones, and not the answer to somebody's command.
    var isTurn: Bool
    var reply: ReplyAddress

    static let kind = "clone"
    static let queue = "clones"

    func job(_ requestID: RequestID, deadline: Timestamp) throws -> NewJob {
        NewJob(
            requestID: requestID, kind: Self.kind, queue: Self.queue, arguments: try JobPayload(encoding: self),
            user: isTurn ? nil : String(reply.userID), guild: reply.guildID.map { String($0) }, maxAttempts: isTurn ? 2 : 4,
            deadline: deadline)
    }
}

/// What came of it, as it lies in the outbox.
enum CloneAnswer: Sendable, Hashable, Codable {
    case said(String)
    case failed(reason: String)

    struct Body: Sendable, Hashable, Codable {
        var answer: CloneAnswer
        var clone: Clone.ID
        var isTurn: Bool
        /// What was asked by a command.
        var question: ClonePrompt.Said?
    }

    func delivery(for requestID: RequestID, _ order: CloneOrder) throws -> NewDelivery {
        let body = Body(answer: self, clone: order.clone, isTurn: order.isTurn, question: order.message)
        let envelope = try AnswerEnvelope(feature: CloneOrder.kind, address: order.reply, body: JobPayload(encoding: body).bytes)
        return NewDelivery(requestID: requestID, payload: try JobPayload(encoding: envelope))
    }

    /// Of a job that ended without its worker's answer.
    static func final(of job: Job) -> [NewDelivery] {
        guard let order = try? job.arguments.decode(CloneOrder.self) else { return [] }
        let reason = job.failures.last?.userMessage ?? ClonesText.nothingWritten
        return (try? [CloneAnswer.failed(reason: reason).delivery(for: job.requestID, order)]) ?? []
    }
}
