import OrderedCollections
import Support

/// Selling: entitlements come with a purchase, are consumed once, and go with a refund.
extension World {
    static let skusPerApplication = 50

    mutating func makeSKU(_ name: String, _ kind: SKURecord.Kind, of applicationID: ID, isForGuilds: Bool, price: String?)
        throws(PlayError) -> SKURecord
    {
        guard applications[applicationID] != nil else {
            throw PlayError("There is no such application.", field: "application_id", status: 404)
        }
        guard (1...80).contains(name.utf16.count) else { throw PlayError("A SKU's name has 1 to 80 characters.", field: "name") }
        guard skus.values.count(where: { $0.applicationID == applicationID }) < Self.skusPerApplication else {
            throw PlayError("An application sells at most \(Self.skusPerApplication) things.")
        }
        let sku = SKURecord(
            id: nextID(), applicationID: applicationID, kind: kind, name: name, isForGuilds: isForGuilds && kind == .subscription,
            price: price)
        skus[sku.id] = sku
        return sku
    }

    /// A user buys. What one has and has not used up cannot be bought again.
    mutating func buy(_ skuID: ID?, as userID: ID, for guildID: ID?, inTestMode: Bool) throws(PlayError) -> EntitlementRecord {
        guard let sku = skuID.flatMap({ skus[$0] }) else { throw PlayError("There is no such SKU.", field: "sku_id", status: 404) }
        var guild: ID?
        if sku.isForGuilds {
            guard let guildID, guilds[guildID]?.members[userID] != nil else {
                throw PlayError("This is bought for a guild: say for which one of the user's.", field: "guild_id")
            }
            guild = guildID
        }
        let has = entitlements.values.contains { entitlement in
            entitlement.skuID == sku.id && entitlement.isActive(at: now)
                && (sku.isForGuilds ? entitlement.guildID == guild : entitlement.userID == userID && entitlement.guildID == nil)
        }
        if has {
            let reason = sku.kind == .consumable ? "has not been consumed yet" : "is still owned"
            throw PlayError("\(sku.name) \(reason), so that it cannot be bought again.", field: "sku_id", status: 409)
        }
        let kind: EntitlementRecord.Kind =
            sku.kind == .subscription ? .applicationSubscription : inTestMode ? .testModePurchase : .purchase
        var entitlement = EntitlementRecord(
            id: nextID(), skuID: sku.id, applicationID: sku.applicationID, userID: userID, guildID: guild, kind: kind)
        if sku.kind == .subscription {
            entitlement.startsAt = now
            let subscription = SubscriptionRecord(
                id: nextID(), userID: userID, skuID: sku.id, entitlementID: entitlement.id, periodStart: now,
                periodEnd: now + SubscriptionRecord.period)
            entitlement.subscriptionID = subscription.id
            subscriptions[subscription.id] = subscription
            events.append(.subscriptionChanged(subscription, isNew: true))
        }
        put(entitlement, "ENTITLEMENT_CREATE")
        return entitlement
    }

    /// Discord takes a purchase back.
    mutating func refund(_ id: ID?) throws(PlayError) -> EntitlementRecord {
        guard let id, let entitlement = entitlements[id], !entitlement.isDeleted else {
            throw PlayError("There is no such entitlement, or it was taken back already.", field: "entitlement_id", status: 404)
        }
        return delete(entitlement)
    }

    @discardableResult
    mutating func delete(_ entitlement: EntitlementRecord) -> EntitlementRecord {
        var entitlement = entitlement
        entitlement.isDeleted = true
        if let id = entitlement.subscriptionID { end(id, .inactive) }
        put(entitlement, "ENTITLEMENT_DELETE")
        return entitlement
    }

    /// A subscriber cancels: it runs until the end of what is paid.
    mutating func cancel(_ id: ID?) throws(PlayError) -> EntitlementRecord {
        guard let id, var entitlement = entitlements[id], let subscriptionID = entitlement.subscriptionID,
            let subscription = subscriptions[subscriptionID], entitlement.isActive(at: now), subscription.canceledAt == nil
        else { throw PlayError("There is no such running subscription.", field: "entitlement_id", status: 404) }
        entitlement.endsAt = subscription.periodEnd
        subscriptions[subscriptionID]?.canceledAt = now
        end(subscriptionID, .ending)
        put(entitlement, "ENTITLEMENT_UPDATE")
        return entitlement
    }

    private mutating func end(_ id: ID, _ status: SubscriptionRecord.Status) {
        guard var subscription = subscriptions[id] else { return }
        if subscription.canceledAt == nil { subscription.canceledAt = now }
        subscription.status = status
        subscriptions[id] = subscription
        events.append(.subscriptionChanged(subscription, isNew: false))
    }

    mutating func consume(_ entitlement: EntitlementRecord) throws(DiscordError) {
        guard skus[entitlement.skuID]?.kind == .consumable else { throw .notConsumable }
        guard !entitlement.isConsumed else { throw .consumedAlready }
        var entitlement = entitlement
        entitlement.isConsumed = true
        put(entitlement, "ENTITLEMENT_UPDATE")
    }

    mutating func grantTest(_ sku: SKURecord, to ownerID: ID, isGuild: Bool) throws(DiscordError) -> EntitlementRecord {
        guard sku.kind == .subscription else { throw .noTestEntitlement }
        if isGuild, guilds[ownerID] == nil { throw .unknownGuild }
        if !isGuild, users[ownerID] == nil { throw .unknownUser }
        let userID = isGuild ? guilds[ownerID]?.ownerID ?? ownerID : ownerID
        let entitlement = EntitlementRecord(
            id: nextID(), skuID: sku.id, applicationID: sku.applicationID, userID: userID, guildID: isGuild ? ownerID : nil,
            kind: .applicationSubscription)
        put(entitlement, "ENTITLEMENT_CREATE")
        return entitlement
    }

    private mutating func put(_ entitlement: EntitlementRecord, _ event: String) {
        entitlements[entitlement.id] = entitlement
        events.append(.entitlementChanged(entitlement, event: event))
    }

    /// What an interaction tells of a user's and a guild's purchases.
    func activeEntitlements(of userID: ID, guildID: ID?, for applicationID: ID) -> [EntitlementRecord] {
        entitlements.values.filter { entitlement in
            entitlement.applicationID == applicationID && entitlement.isActive(at: now)
                && (entitlement.guildID.map { $0 == guildID } ?? (entitlement.userID == userID))
        }
    }
}
