import Credits
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Support

/// `POST /payments/stripe`: what the payment service tells of payments. Believed only by its seal; credited once a payment; the answer
/// is 200 as soon as nothing is left to do, so that it does not tell us again, and 500 while the database is away, so that it does.
public struct PaymentRoutes: ConsoleRoutes {
    static let largestBody = 256 << 10

    let signature: PaymentSignature
    let articles: [CardArticle]
    let seal: ShopSeal
    let purchases: PurchaseBook
    let clock: any WallClock

    /// - Parameters:
    ///   - signingSecret: shared with the payment service: `whsec_…`.
    ///   - secret: as of ``ShopRoutes``.
    public init(signingSecret: Secret, articles: [CardArticle], secret: Secret, purchases: PurchaseBook, clock: any WallClock) {
        signature = PaymentSignature(secret: signingSecret)
        self.articles = articles
        seal = ShopSeal(secret: secret)
        self.purchases = purchases
        self.clock = clock
    }

    private struct Receipt: Encodable {
        var received = true
        /// What it came to: `credited`, `refunded`, `noted`, `repeated`, `ignored`.
        var outcome: String
    }

    public func add(to router: Router<ConsoleContext>) {
        router.post("payments/stripe") { request, context in
            let body = try await request.bytes(upTo: Self.largestBody)
            let now = clock.now()
            do throws(PaymentSignature.Refusal) {
                try signature.check(header: request.headers[.stripeSignature], body: body, at: now)
            } catch {
                context.logger.warning("a payment event was not believed", metadata: ["reason": "\(error)"])
                throw Problem(.badRequest, Self.words(error), field: "Stripe-Signature")
            }
            return try Response.json(.ok, Receipt(outcome: try await take(body, at: now, context.logger)))
        }
    }

    private func take(_ body: [UInt8], at now: Timestamp, _ logger: Logger) async throws -> String {
        let notice: PaymentNotice
        do throws(PaymentNotice.Unusable) {
            notice = try PaymentNotice(body, articles: articles, buyer: seal.buyer)
        } catch {
            switch error {
            case .unreadable: throw Problem(.badRequest, "This is no event of the payment service.")
            case .notOurs: return "ignored"
            case .suspicious(let reason):
                logger.error("a payment brought no credits", metadata: ["reason": "\(reason)"])
                return "ignored"
            }
        }
        do {
            switch try await purchases.take(notice.event, at: now) {
            case .credited(let purchase):
                logger.notice("a payment was credited", metadata: ["purchase": "\(purchase.id)", "credits": "\(purchase.credits.value)"])
                return "credited"
            case .refunded(let purchase):
                logger.notice(
                    "a payment was taken back",
                    metadata: ["purchase": "\(purchase.id)", "credits": "\(purchase.returned.value)", "of": "\(purchase.credits.value)"])
                return "refunded"
            case .noted: return "noted"
            case .repeated: return "repeated"
            }
        } catch let error as CreditError {
            logger.error("a payment brought no credits", metadata: ["reason": "\(error)"])
            return "ignored"
        }
    }

    private static func words(_ refusal: PaymentSignature.Refusal) -> String {
        switch refusal {
        case .malformed: "The header is missing or not as it must be."
        case .wrong: "The seal is not of this body with this endpoint's secret."
        case .notNow: "The seal is too old, or of the future: compare the clocks."
        }
    }
}

extension HTTPField.Name {
    static let stripeSignature = Self("Stripe-Signature")!
}
