import Jobs
import Support

/// What is to be said of a question, as it lies in the outbox. The words themselves are in the recorded output.
enum SeeingAnswer: Sendable, Hashable, Codable {
    case answered
    /// The owner stopped it.
    case cancelled
    /// It ended without an answer, for this reason.
    case failed(reason: String)
    /// It was not accepted, for this reason.
    case refused(reason: String)

    /// The delivery which says it, exactly once for each request.
    func delivery(for requestID: RequestID, to address: ReplyAddress) throws -> NewDelivery {
        let envelope = try AnswerEnvelope(feature: SeeingWorker.kind, address: address, body: JobPayload(encoding: self).bytes)
        return NewDelivery(requestID: requestID, payload: try JobPayload(encoding: envelope))
    }

    /// What is said of a job that ended without its worker's answer: cancelled, discarded, expired.
    static func final(of job: Job) -> [NewDelivery] {
        guard let order = try? job.arguments.decode(SeeingOrder.self) else { return [] }
        let answer: SeeingAnswer =
            switch job.state {
            case .cancelled: .cancelled
            case .completed: .answered
            default: .failed(reason: job.failures.last?.userMessage ?? SeeingText.failedWithoutReason)
            }
        return (try? [answer.delivery(for: job.requestID, to: order.reply)]) ?? []
    }
}
