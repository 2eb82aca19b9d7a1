import Discord
import DiscordModels
import Jobs
import Logging
import Support

/// Says what is in the outbox: lets the feature render it, and ``Speaker`` say it. Jobs' `DeliveryProcessor` claims, renews
/// the lease and tries again with growing pauses for as long as Discord is away.
struct AnswerDeliverer: Deliverer {
    let renderers: [any AnswerRenderer]
    let speaker: Speaker
    let logger: Logger

    func deliver(_ delivery: Delivery) async throws -> DeliveryOutcome {
        let requestID = delivery.requestID
        guard let envelope = try? delivery.payload.decode(AnswerEnvelope.self),
            let renderer = renderers.first(where: { $0.feature == envelope.feature })
        else { return .abandoned(reason: "the delivery is of another version") }
        let answer = try await renderer.render(envelope, for: requestID)
        do {
            let message = try await speaker.say(
                answer, for: requestID, to: envelope.address, isRetry: delivery.attempt > 1,
                isAnswer: { renderer.request(answeredBy: $0) == requestID })
            return .delivered(receipt: message.description)
        } catch let error as Speaker.NoWay {
            return .abandoned(reason: error.reason)
        } catch let error as DiscordAPIError where error.kind == .invalidPayload {
            return .abandoned(reason: "the answer breaks Discord's bounds: \(error)")
        } catch let error as DiscordAPIError {
            logger.warning(
                "An answer could not be delivered yet",
                metadata: ["request": "\(requestID)", "attempt": "\(delivery.attempt)", "error": "\(error)"])
            guard let pause = error.retryAfter else { throw error }
            return .retry(after: pause, reason: "\(error)")
        }
    }
}
