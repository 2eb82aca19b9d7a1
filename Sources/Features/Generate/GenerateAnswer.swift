import Jobs
import Support

/// What is to be said of a request, as it lies in the outbox. The pictures themselves are in the recorded output.
enum GenerateAnswer: Sendable, Hashable, Codable {
    /// The request's own pictures.
    case painted
    /// The pictures of another request, once more.
    case shown(RequestID, isSpoiler: Bool)
    /// One picture of another request, from 0.
    case single(of: RequestID, index: Int)
    /// The owner stopped it.
    case cancelled(prompt: String)
    /// It ended without pictures, for this reason.
    case failed(prompt: String, reason: String)
    /// It was not accepted, for this reason.
    case refused(reason: String)

    /// The delivery which says it, exactly once for each request.
    func delivery(for requestID: RequestID, to address: ReplyAddress) throws -> NewDelivery {
        let envelope = try AnswerEnvelope(feature: GenerateWorker.kind, address: address, body: JobPayload(encoding: self).bytes)
        return NewDelivery(requestID: requestID, payload: try JobPayload(encoding: envelope))
    }

    /// What is said of a job that ended without its worker's answer: cancelled, discarded, expired.
    static func final(of job: Job) -> [NewDelivery] {
        guard let order = try? job.arguments.decode(GenerateOrder.self) else { return [] }
        let answer: GenerateAnswer
        switch job.state {
        case .cancelled: answer = .cancelled(prompt: order.prompt)
        case .completed: answer = .painted
        default:
            answer = .failed(prompt: order.prompt, reason: job.failures.last?.userMessage ?? GenerateText.failedWithoutReason)
        }
        return (try? [answer.delivery(for: job.requestID, to: order.reply)]) ?? []
    }
}
