import Credits
import Discord
import DiscordModels
import Logging
import Support
import Synchronization

/// Turns what people buy in Discord into credits: each entitlement once by its id, however often and in whatever way it is told;
/// then Discord hears that it is used up, so that it can be bought again. A purchase that Discord took back is reversed.
final class PurchaseDesk: Sendable {
    let desk: CreditDesk
    let application: OwnApplication
    let rest: RESTClient
    let clock: any WallClock
    let logger: Logger
    private let listed = Mutex<Set<SKUID>>([])

    init(desk: CreditDesk, application: OwnApplication, rest: RESTClient, clock: any WallClock, logger: Logger) {
        self.desk = desk
        self.application = application
        self.rest = rest
        self.clock = clock
        self.logger = logger
    }

    // MARK: Selling

    /// What can be bought in Discord, the smallest first: of the price list what Discord has for sale, as it was last asked.
    var forSale: [(sku: SKUID, credits: CreditAmount)] {
        let listed = listed.withLock { $0 }
        return desk.policy.articles.compactMap { sku, credits in
            UInt64(sku).map { (SKUID($0), credits) }.flatMap { listed.contains($0.0) ? $0 : nil }
        }.sorted { $0.1 == $1.1 ? $0.0.rawValue < $1.0.rawValue : $0.1 < $1.1 }
    }

    // MARK: Hearing of purchases

    /// Takes note of an entitlement as Discord tells it; once it returns, that is durable.
    ///
    /// - Returns: whether there is something to consume.
    @discardableResult
    func take(_ entitlement: Entitlement) async throws -> Bool {
        let id = PurchaseID.discord(entitlement.id.rawValue)
        let now = clock.now()
        if entitlement.deleted == true {
            guard let refunded = try await desk.purchases.refund(id, at: now), refunded.refundedAt == now else { return false }
            logger.notice("A purchase was taken back", metadata: ["purchase": "\(id)", "credits": "\(refunded.credits.value)"])
            return false
        }
        guard let credits = desk.policy.articles[entitlement.skuID.description], let user = entitlement.userID else {
            logger.info("A purchase is of nothing in the price list", metadata: ["purchase": "\(id)", "sku": "\(entitlement.skuID)"])
            return false
        }
        if entitlement.consumed == true {
            // Used up by this bot, or before it kept books.
            try await desk.purchases.markConsumed(id, at: now)
            return false
        }
        do {
            let result = try await desk.purchases.credit(
                id, to: user.rawValue, sku: entitlement.skuID.description, credits: credits, at: now)
            switch result {
            case .credited: logger.notice("A purchase was credited", metadata: ["purchase": "\(id)", "credits": "\(credits.value)"])
            case .existing(let purchase): return purchase.consumedAt == nil
            }
        } catch let error as CreditError {
            logger.error("A purchase could not be credited", metadata: ["purchase": "\(id)", "error": "\(error)"])
            return false
        }
        return true
    }

    /// Reads all purchases that Discord knows of: finds those that were made, or taken back, while nobody listened.
    func reconcile() async throws {
        let application = try await application.id()
        let skus = try await rest.skus(of: application)
        listed.withLock { $0 = Set(skus) }
        var last: EntitlementID?
        while true {
            let page = try await rest.entitlements(of: application, after: last)
            for entitlement in page { try await take(entitlement) }
            guard let end = page.last?.id, end.rawValue > last?.rawValue ?? 0 else { return }
            last = end
        }
    }

    // MARK: Using up

    /// Tells Discord of everything credited that it is used up. Returns whether all was told.
    func consume() async throws -> Bool {
        let due = try await desk.purchases.unconsumed(limit: 1_000)
        guard !due.isEmpty else { return true }
        let application = try await application.id()
        var isAllTold = true
        for purchase in due {
            guard let entitlement = purchase.id.entitlement.map({ EntitlementID($0) }) else { continue }
            if try await consume(entitlement, of: application) {
                try await desk.purchases.markConsumed(purchase.id, at: clock.now())
            } else {
                isAllTold = false
            }
        }
        return isAllTold
    }

    /// - Returns: whether it is used up, now or before, or there is nothing left to use up.
    private func consume(_ entitlement: EntitlementID, of application: ApplicationID) async throws -> Bool {
        do {
            try await rest.consume(entitlement, of: application)
            return true
        } catch let error as DiscordAPIError where error.code == .unknownEntitlement {
            return true
        } catch let error as DiscordAPIError where error.kind == .refused {
            // Perhaps it was told before, and the answer was lost.
            let there = try await rest.entitlement(entitlement, of: application)
            if there.consumed == true || there.deleted == true { return true }
            logger.error("Discord does not let a purchase be consumed", metadata: ["entitlement": "\(entitlement)", "error": "\(error)"])
            return false
        }
    }
}
