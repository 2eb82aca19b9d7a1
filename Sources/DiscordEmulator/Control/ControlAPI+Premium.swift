import OrderedCollections

/// What is for sale, buying it, and taking it back.
extension ControlAPI {
    func makeSKU(_ call: Call) throws(World.PlayError) -> JSON {
        let body = call.body
        guard let kind = body["type"]?.int.flatMap({ SKURecord.Kind(rawValue: Int($0)) }) else {
            throw World.PlayError("2 is durable, 3 consumable, 5 a subscription.", field: "type")
        }
        return try core.step { (state) throws(World.PlayError) in
            let sku = try state.world.makeSKU(
                body["name"]?.string ?? "", kind, of: body["application_id"]?.id ?? World.defaultApplication,
                isForGuilds: body["for_guilds"]?.bool ?? false, price: body["price"]?.string)
            return Self.show(sku, state.world)
        }
    }

    func skus() -> JSON { core.step { state in .list(state.world.skus.values.map { Self.show($0, state.world) }) } }

    private static func show(_ sku: SKURecord, _ world: World) -> JSON {
        world.show(sku).merging(["price": .optional(sku.price), "for_guilds": .bool(sku.isForGuilds)])
    }

    func buy(_ call: Call) throws(World.PlayError) -> JSON {
        try core.step { (state) throws(World.PlayError) in
            let entitlement = try state.world.buy(
                call.body["sku_id"]?.id, as: call.user, for: call.body["guild_id"]?.id, inTestMode: call.body["test_mode"]?.bool ?? false)
            return state.world.show(entitlement)
        }
    }

    func refund(_ call: Call) throws(World.PlayError) -> JSON {
        try core.step { (state) throws(World.PlayError) in state.world.show(try state.world.refund(call.body["entitlement_id"]?.id)) }
    }

    func cancel(_ call: Call) throws(World.PlayError) -> JSON {
        try core.step { (state) throws(World.PlayError) in state.world.show(try state.world.cancel(call.body["entitlement_id"]?.id)) }
    }

    /// All entitlements of `as`, also those that are over.
    func entitlements(_ call: Call) -> JSON {
        core.step { state in .list(state.world.entitlements.values.filter { $0.userID == call.user }.map { state.world.show($0) }) }
    }
}
