import OrderedCollections
import Support

/// SKUs, entitlements and subscriptions as the API shows them.
extension World {
    func show(_ sku: SKURecord) -> JSON {
        let flags = sku.kind == .subscription ? 1 << 2 | (sku.isForGuilds ? 1 << 7 : 1 << 8) : 1 << 2
        return [
            "id": .id(sku.id), "type": .int(sku.kind.rawValue), "application_id": .id(sku.applicationID), "name": .string(sku.name),
            "slug": .string(sku.slug), "flags": .int(flags), "dependent_sku_id": .null, "release_date": .null,
        ]
    }

    func show(_ entitlement: EntitlementRecord) -> JSON {
        var shown: JSONObject = [
            "id": .id(entitlement.id), "sku_id": .id(entitlement.skuID), "application_id": .id(entitlement.applicationID),
            "user_id": .id(entitlement.userID), "type": .int(entitlement.kind.rawValue), "deleted": .bool(entitlement.isDeleted),
            "starts_at": .optional(entitlement.startsAt?.discordText), "ends_at": .optional(entitlement.endsAt?.discordText),
        ]
        if let guildID = entitlement.guildID { shown["guild_id"] = .id(guildID) }
        if skus[entitlement.skuID]?.kind == .consumable { shown["consumed"] = .bool(entitlement.isConsumed) }
        return .object(shown)
    }

    func show(_ subscription: SubscriptionRecord) -> JSON {
        [
            "id": .id(subscription.id), "user_id": .id(subscription.userID), "sku_ids": .ids([subscription.skuID]),
            "renewal_sku_ids": .null,
            "entitlement_ids": .ids([subscription.entitlementID]), "current_period_start": .string(subscription.periodStart.discordText),
            "current_period_end": .string(subscription.periodEnd.discordText), "status": .int(subscription.status.rawValue),
            "canceled_at": .optional(subscription.canceledAt?.discordText),
        ]
    }
}
