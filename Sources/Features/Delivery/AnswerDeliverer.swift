import Credits
import Discord
import DiscordModels
import Jobs
import Logging
import Support

/// Says what is in the outbox: lets the feature render it, and ``Speaker`` say it. Jobs' `DeliveryProcessor` claims, renews
/// the lease and tries again with growing pauses for as long as Discord is away.
///
/// What was put aside for the request is paid or given back before the delivery is marked as done: a process that dies between
/// the two repeats both, and neither does harm.
struct AnswerDeliverer: Deliverer {
    let renderers: [any AnswerRenderer]
    let sayers: [any AnswerSayer]
    let speaker: Speaker
    let credits: CreditDesk?
    let clock: any WallClock
    let logger: Logger

    func deliver(_ delivery: Delivery) async throws -> DeliveryOutcome {
        let requestID = delivery.requestID
        guard let envelope = try? delivery.payload.decode(AnswerEnvelope.self) else {
            return Self.leftForOthers
        }
        let hold = try await credits?.hold(of: requestID)
        do {
            guard let (message, payment) = try await say(envelope, for: requestID, hold, isRetry: delivery.attempt > 1) else {
                return Self.leftForOthers
            }
            try await settle(hold, payment)
            if delivery.kind == .final {
                RequestTrace.tell("request", of: requestID, place: .whole, from: requestID.askedAt, to: clock.now())
            }
            return .delivered(receipt: message.description)
        } catch let error as Speaker.NoWay {
            try await settle(hold, .void)
            return .abandoned(reason: error.reason)
        } catch let error as DiscordAPIError where error.kind == .invalidPayload {
            try await settle(hold, .void)
            return .abandoned(reason: "the answer breaks Discord's bounds: \(error)")
        } catch let error as DiscordAPIError {
            logger.warning(
                "An answer could not be delivered yet",
                metadata: ["request": "\(requestID)", "attempt": "\(delivery.attempt)", "error": "\(error)"])
            guard let pause = error.retryAfter else { throw error }
            return .retry(after: pause, reason: "\(error)")
        }
    }

    /// Says an answer that was delivered before, in the same place; nothing is paid for it again.
    func repeatAnswer(_ delivery: Delivery) async throws {
        let envelope = try delivery.payload.decode(AnswerEnvelope.self)
        _ = try await say(envelope, for: delivery.requestID, try await credits?.hold(of: delivery.requestID), isRetry: true)
    }

    /// A newer bot that runs beside this one knows it.
    private static let leftForOthers = DeliveryOutcome.retry(after: .seconds(15), reason: "the delivery is of another version")

    /// Nil: no feature here knows how.
    private func say(
        _ envelope: AnswerEnvelope, for requestID: RequestID, _ hold: CreditHold?, isRetry: Bool
    ) async throws -> (MessageID, Payment)? {
        if let sayer = sayers.first(where: { $0.feature == envelope.feature }) {
            let said = try await sayer.say(
                envelope, for: requestID, receipt: { payment in hold.map { CreditsText.receipt($0, taken: Self.taken(payment, of: $0)) } },
                isRetry: isRetry)
            return (said.message, said.payment)
        }
        guard let renderer = renderers.first(where: { $0.feature == envelope.feature }) else { return nil }
        let answer = Self.receipted(try await renderer.render(envelope, for: requestID), hold)
        let said = try await speaker.say(
            answer, for: requestID, to: envelope.address, isRetry: isRetry, isAnswer: { renderer.request(answeredBy: $0) == requestID })
        return (said.message, said.isWhole ? answer.payment : .void)
    }

    private func settle(_ hold: CreditHold?, _ payment: Payment) async throws {
        if let hold, hold.state == .held { try await credits?.settle(hold, payment, at: clock.now()) }
    }

    /// A repeat after the settling says the same.
    private static func taken(_ payment: Payment, of hold: CreditHold) -> CreditAmount {
        hold.state == .held ? CreditDesk.amount(payment, of: hold) : hold.posted ?? .zero
    }

    /// The answer with what it costs under it. A repeat after the settling says the same.
    private static func receipted(_ answer: RenderedAnswer, _ hold: CreditHold?) -> RenderedAnswer {
        guard let hold else { return answer }
        var answer = answer
        answer.receipt = CreditsText.receipt(hold, taken: taken(answer.payment, of: hold))
        answer.receiptWithoutFiles = CreditsText.receipt(hold, taken: .zero)
        return answer
    }
}

extension RequestID {
    /// When Discord made the message or interaction that asks.
    fileprivate var askedAt: Timestamp { Timestamp(millisecondsSinceEpoch: Int64(rawValue >> 22) + discordEpochMilliseconds) }
}
