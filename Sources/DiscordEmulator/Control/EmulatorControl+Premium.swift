public import DiscordModels
import Foundation
import Support

/// Buying, and taking it back.
extension EmulatorControl {
    /// What something for sale is.
    public enum SKUKind: Int, Sendable {
        case durable = 2
        case consumable = 3
        case subscription = 5
    }

    /// Puts something up for sale.
    public func makeSKU(_ name: String, _ kind: SKUKind = .consumable, isForGuilds: Bool = false) throws -> SKUID {
        let sku = try play { (state) throws(World.PlayError) in
            try state.world.makeSKU(
                name, SKURecord.Kind(rawValue: kind.rawValue) ?? .consumable, of: World.defaultApplication, isForGuilds: isForGuilds,
                price: nil)
        }
        return SKUID(sku.id.raw)
    }

    /// This person buys; refused while they have it and have not used it up.
    @discardableResult
    public func buy(_ sku: SKUID, for guild: GuildID? = nil, inTestMode: Bool = false) throws -> Entitlement {
        try entitlement { (world) throws(World.PlayError) in
            try world.buy(ID(sku.rawValue), as: userID, for: guild.map { ID($0.rawValue) }, inTestMode: inTestMode)
        }
    }

    @discardableResult
    public func refund(_ id: EntitlementID) throws -> Entitlement {
        try entitlement { (world) throws(World.PlayError) in try world.refund(ID(id.rawValue)) }
    }

    /// Ends a subscription at the end of what is paid.
    @discardableResult
    public func cancelSubscription(_ id: EntitlementID) throws -> Entitlement {
        try entitlement { (world) throws(World.PlayError) in try world.cancel(ID(id.rawValue)) }
    }

    private func entitlement(_ body: (inout World) throws(World.PlayError) -> EntitlementRecord) throws -> Entitlement {
        let shown = try play { (state) throws(World.PlayError) in state.world.show(try body(&state.world)) }
        return try JSONDecoder().decode(Entitlement.self, from: Data(shown.bytes))
    }
}
