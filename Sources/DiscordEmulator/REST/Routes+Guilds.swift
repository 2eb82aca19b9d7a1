import OrderedCollections

/// Guilds with their channels, members and roles.
extension RouteTable {
    static let guildRoutes: [Route] = [
        Route("GET", "/guilds/{guild_id}") { world, call throws(DiscordError) in
            let guild = try world.guild(call)
            var shown = world.show(guild)
            if call.flag("with_counts") {
                shown = shown.merging([
                    "approximate_member_count": .int(guild.members.count), "approximate_presence_count": .int(guild.members.count),
                ])
            }
            return .ok(shown)
        },
        Route("GET", "/guilds/{guild_id}/channels") { world, call throws(DiscordError) in
            let channels = try world.guild(call).channelIDs.compactMap { world.channels[$0] }
            return .ok(
                .list(channels.filter { world.permissions(of: call.caller, in: $0).contains(.viewChannel) }.map { world.show($0) }))
        },
        Route("GET", "/guilds/{guild_id}/roles") { world, call throws(DiscordError) in
            .ok(.list(try world.guild(call).roles.map { world.show($0) }))
        },
        Route("GET", "/guilds/{guild_id}/roles/{role_id}") { world, call throws(DiscordError) in
            let id = try call.id("role_id")
            guard let role = try world.guild(call).roles.first(where: { $0.id == id }) else { throw .unknownRole }
            return .ok(world.show(role))
        },
        Route("GET", "/guilds/{guild_id}/members") { world, call throws(DiscordError) in
            let guild = try world.guild(call)
            let limit = try call.number("limit", 1...1_000, default: 1)
            let after = call.query["after"].flatMap { ID($0) } ?? ID(0)
            let ids = guild.memberIDs.filter { $0 > after }.sorted().prefix(limit)
            return .ok(.list(ids.compactMap { guild.members[$0] }.map { world.show($0) }))
        },
        Route("GET", "/guilds/{guild_id}/members/search") { world, call throws(DiscordError) in
            let guild = try world.guild(call)
            let limit = try call.number("limit", 1...1_000, default: 1)
            let start = (call.query["query"] ?? "").lowercased()
            let found = guild.memberIDs.filter { id in
                let names = [world.users[id]?.username, world.users[id]?.globalName, guild.members[id]?.nick]
                return names.contains { $0?.lowercased().hasPrefix(start) == true }
            }
            return .ok(.list(found.prefix(limit).compactMap { guild.members[$0] }.map { world.show($0) }))
        },
        Route("GET", "/guilds/{guild_id}/members/{user_id}") { world, call throws(DiscordError) in
            let guild = try world.guild(call)
            guard let member = guild.members[try call.id("user_id")] else { throw .unknownMember }
            return .ok(world.show(member))
        },
    ]
}
