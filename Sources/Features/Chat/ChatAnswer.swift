import Jobs
import Support

/// What is to be said of a chat's request, as it lies in the outbox: the words themselves are in the exchange.
enum ChatAnswer: Sendable, Hashable, Codable {
    static let feature = "chat"

    case written
    /// It was stopped before anything was written.
    case stopped
    /// It ended without an answer, for this reason.
    case failed(reason: String)
    /// It was not accepted, for this reason.
    case refused(reason: String)

    /// The delivery which says it, exactly once for each request.
    func delivery(for requestID: RequestID, _ order: ChatOrder) throws -> NewDelivery {
        let body = try JobPayload(encoding: Body(answer: self, message: order.message, units: order.units))
        let envelope = AnswerEnvelope(feature: Self.feature, address: order.reply, body: body.bytes)
        return NewDelivery(requestID: requestID, payload: try JobPayload(encoding: envelope))
    }

    /// As it lies in the envelope.
    struct Body: Sendable, Hashable, Codable {
        var answer: ChatAnswer
        /// The message to answer, where a message asked.
        var message: UInt64?
        /// Thousands of tokens that are paid for at most.
        var units: Int?
    }

    /// What is said of a job that ended without its worker's answer: cancelled, discarded, expired.
    static func final(of job: Job) -> [NewDelivery] {
        guard let order = try? job.arguments.decode(ChatOrder.self) else { return [] }
        let answer: ChatAnswer
        switch job.state {
        case .completed: answer = .written
        case .cancelled: answer = .stopped
        default: answer = .failed(reason: job.failures.last?.userMessage ?? ChatText.failedWithoutReason)
        }
        return (try? [answer.delivery(for: job.requestID, order)]) ?? []
    }
}
