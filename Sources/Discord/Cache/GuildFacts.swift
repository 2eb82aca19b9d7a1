import DiscordModels
import NIOCore
import Support

/// What is kept of a guild: whose it is, and what its roles permit. Sixteen bytes a role; no names, channels or members.
public struct GuildFacts: Sendable, Hashable {
    private struct Grant: Sendable, Hashable {
        let role: RoleID
        var permissions: Permissions
    }

    /// What one role of a guild permits, as events and answers tell it.
    struct RolePermissions: Decodable {
        let id: RoleID
        let permissions: Permissions?
    }

    /// More than Discord allows; a role beyond permits nothing.
    private static let roleLimit = 512

    public var ownerID: UserID?
    /// Only of roles that permit something.
    private var grants: [Grant] = []

    public init(_ guild: Guild) {
        ownerID = guild.ownerID
        for role in guild.roles ?? [] { set(role.permissions ?? [], of: role.id) }
    }

    /// Reads the object of a guild from an event, past everything else that it carries.
    ///
    /// - Returns: nil for a guild that is down, of which nothing is told.
    static func read(_ data: ByteBuffer) throws -> (id: GuildID, facts: GuildFacts?) {
        let places = try data.withUnsafeReadableBytes { bytes throws(GatewayEnvelope.Malformed) in
            try JSONScanner.places(of: ["id", "owner_id", "roles", "unavailable"], in: bytes)
        }
        func value<Value: Decodable>(_ place: Int, as _: Value.Type) throws -> Value? {
            guard let range = places[place], let slice = data.getSlice(at: data.readerIndex + range.lowerBound, length: range.count) else {
                return nil
            }
            return try JSONReader().decode(Value?.self, from: slice.readableBytesView)
        }
        guard let id = try value(0, as: GuildID.self) else { throw GatewayEnvelope.Malformed(expected: "id", offset: 0) }
        guard try value(3, as: Bool.self) != true, let roles = try value(2, as: [RolePermissions].self) else { return (id, nil) }
        var facts = GuildFacts(Guild(id: id, name: "", ownerID: try value(1, as: UserID.self)))
        facts.grants.reserveCapacity(min(roles.count, roleLimit))
        for role in roles { facts.set(role.permissions ?? [], of: role.id) }
        return (id, facts)
    }

    /// A role is new or permits something else now; one that permits nothing is not kept.
    mutating func set(_ permissions: Permissions, of role: RoleID) {
        if permissions.isEmpty {
            grants.removeAll { $0.role == role }
        } else if let index = grants.firstIndex(where: { $0.role == role }) {
            grants[index].permissions = permissions
        } else if grants.count < Self.roleLimit {
            grants.append(Grant(role: role, permissions: permissions))
        }
    }

    /// What a member may do in the guild as a whole. Source: https://discord.com/developers/docs/topics/permissions#permission-overwrites
    ///
    /// - Parameter held: the member's roles; everyone's own need not be among them.
    public func permissions(of user: UserID, with held: [RoleID], in guild: GuildID) -> Permissions {
        if user == ownerID { return Permissions(rawValue: .max) }
        // The role of everyone has the guild's id.
        return grants.filter { $0.role.rawValue == guild.rawValue || held.contains($0.role) }
            .reduce(into: []) { $0.formUnion($1.permissions) }
    }
}
