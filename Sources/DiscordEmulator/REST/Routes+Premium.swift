import OrderedCollections
import Support

/// What an application sells, and who has bought it.
extension RouteTable {
    private static let base = "/applications/{application_id}"

    static let premiumRoutes: [Route] = [
        Route("GET", "\(base)/skus") { world, call throws(DiscordError) in
            let id = try world.ownApplication(call)
            return .ok(.list(world.skus.values.filter { $0.applicationID == id }.map { world.show($0) }))
        },
        Route("GET", "\(base)/entitlements", .per(5_000, 10)) { world, call throws(DiscordError) in
            let id = try world.ownApplication(call)
            let limit = try call.number("limit", 1...100, default: 100)
            let before = try call.optionalID("before")
            let after = try call.optionalID("after")
            let wanted = try EntitlementFilter(call)
            var found = world.entitlements.values.filter { entitlement in
                entitlement.applicationID == id && wanted.accepts(entitlement, at: world.now) && before.map { entitlement.id < $0 } ?? true
                    && after.map { entitlement.id > $0 } ?? true
            }
            // From the end that was named, or from the oldest.
            if before != nil, after == nil { found = found.suffix(limit) } else { found = Array(found.prefix(limit)) }
            return .ok(.list(found.map { world.show($0) }))
        },
        Route("POST", "\(base)/entitlements") { world, call throws(DiscordError) in
            let id = try world.ownApplication(call)
            let mistakes = FormReader.Mistakes()
            let form = FormReader(call.body, mistakes: mistakes)
            let skuID = form.id("sku_id", required: true)
            let owner = form.id("owner_id", required: true)
            let type = form.choice("owner_type", required: true, of: [1, 2])
            try mistakes.throwIfAny()
            guard let sku = skuID.flatMap({ world.skus[$0] }), sku.applicationID == id, let owner else { throw .unknownSKU }
            return .ok(world.show(try world.grantTest(sku, to: owner, isGuild: type == 1)))
        },
        Route("GET", "\(base)/entitlements/{entitlement_id}") { world, call throws(DiscordError) in
            .ok(world.show(try world.entitlement(call)))
        },
        Route("DELETE", "\(base)/entitlements/{entitlement_id}") { world, call throws(DiscordError) in
            let entitlement = try world.entitlement(call)
            // Only those that the application itself made.
            guard entitlement.startsAt == nil, entitlement.kind == .applicationSubscription else { throw .noTestEntitlement }
            world.delete(entitlement)
            return .nothing
        },
        Route("POST", "\(base)/entitlements/{entitlement_id}/consume") { world, call throws(DiscordError) in
            try world.consume(world.entitlement(call))
            return .nothing
        },
        Route("GET", "/skus/{sku_id}/subscriptions") { world, call throws(DiscordError) in
            guard let sku = world.skus[try call.id("sku_id")], sku.applicationID == call.caller else { throw .unknownSKU }
            let limit = try call.number("limit", 1...100, default: 50)
            guard let user = try call.optionalID("user_id") else {
                throw .form(["user_id"], "BASE_TYPE_REQUIRED", "This field is required")
            }
            let found = world.subscriptions.values.filter { $0.skuID == sku.id && $0.userID == user }
            return .ok(.list(found.prefix(limit).map { world.show($0) }))
        },
        Route("GET", "/skus/{sku_id}/subscriptions/{subscription_id}") { world, call throws(DiscordError) in
            guard let found = world.subscriptions[try call.id("subscription_id")], found.skuID == (try call.id("sku_id")),
                world.skus[found.skuID]?.applicationID == call.caller
            else { throw .unknownSKU }
            return .ok(world.show(found))
        },
    ]
}

/// Which entitlements a list is asked for.
private struct EntitlementFilter {
    let userID: ID?
    let guildID: ID?
    let skuIDs: [ID]
    let excludesEnded: Bool
    let excludesDeleted: Bool

    init(_ call: APICall) throws(DiscordError) {
        userID = try call.optionalID("user_id")
        guildID = try call.optionalID("guild_id")
        skuIDs = (call.query["sku_ids"] ?? "").split(separator: ",").compactMap { ID($0) }
        let onlyActive = call.flag("only_active")
        excludesEnded = onlyActive || call.flag("exclude_ended")
        // Deleted ones are left out unless asked for.
        excludesDeleted = onlyActive || call.query["exclude_deleted"] == nil || call.flag("exclude_deleted")
    }

    func accepts(_ entitlement: EntitlementRecord, at now: Timestamp) -> Bool {
        userID.map { entitlement.userID == $0 && entitlement.guildID == nil } ?? true
            && guildID.map { entitlement.guildID == $0 } ?? true
            && (skuIDs.isEmpty || skuIDs.contains(entitlement.skuID))
            && !(excludesEnded && entitlement.endsAt.map { $0 <= now } ?? false)
            && !(excludesDeleted && entitlement.isDeleted)
    }
}

extension World {
    /// The application of the path, which must be the caller's own.
    func ownApplication(_ call: APICall) throws(DiscordError) -> ID {
        let id = try call.id("application_id")
        guard applications[id] != nil else { throw .unknownApplication }
        guard id == call.caller else { throw .missingAccess }
        return id
    }

    fileprivate func entitlement(_ call: APICall) throws(DiscordError) -> EntitlementRecord {
        let id = try ownApplication(call)
        guard let entitlement = entitlements[try call.id("entitlement_id")], entitlement.applicationID == id else {
            throw .unknownEntitlement
        }
        return entitlement
    }
}
