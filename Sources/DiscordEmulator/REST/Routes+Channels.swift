import OrderedCollections

/// Channels themselves and typing.
extension RouteTable {
    static let channelRoutes: [Route] = [
        Route("GET", "/channels/{channel_id}") { world, call throws(DiscordError) in
            let channel = try world.visibleChannel(call.id("channel_id"), to: call.caller)
            return .ok(world.show(channel, for: call.caller))
        },
        Route("PATCH", "/channels/{channel_id}", .per(10_000, 5)) { world, call throws(DiscordError) in
            let channel = try world.visibleChannel(call.id("channel_id"), to: call.caller)
            guard !channel.isThread else {
                let edited = try world.editThread(channel, ThreadForm.checkChange(call.body), by: call.caller)
                return .ok(world.show(edited, for: call.caller))
            }
            guard channel.guildID != nil else { throw .cannotDoInChannelType }
            _ = try world.channel(channel.id, letting: call.caller, .manageChannels)
            let edited = try ChannelForm.check(call.body, changing: channel, in: &world)
            world.update(edited)
            return .ok(world.show(edited, for: call.caller))
        },
        Route("DELETE", "/channels/{channel_id}", .per(10_000, 5)) { world, call throws(DiscordError) in
            let channel = try world.visibleChannel(call.id("channel_id"), to: call.caller)
            let shown = world.show(channel, for: call.caller)
            // A direct channel is only closed, which nobody else notices.
            guard channel.guildID != nil else { return .ok(shown) }
            _ = try world.channel(channel.id, letting: call.caller, channel.isThread ? .manageThreads : .manageChannels)
            world.deleteChannel(channel)
            return .ok(shown)
        },
        Route("POST", "/guilds/{guild_id}/channels", .per(10_000, 5)) { world, call throws(DiscordError) in
            let guild = try world.guild(call, letting: .manageChannels)
            let channel = try ChannelForm.check(call.body, new: world.nextID(), in: guild, &world)
            world.add(channel)
            return .created(world.show(channel, for: call.caller))
        },
        Route("PUT", "/channels/{channel_id}/permissions/{overwrite_id}", .per(10_000, 5)) { world, call throws(DiscordError) in
            var channel = try world.channel(call.id("channel_id"), letting: call.caller, .manageRoles)
            guard channel.guildID != nil, !channel.isThread else { throw .cannotDoInChannelType }
            let mistakes = FormReader.Mistakes()
            let form = FormReader(call.body.merging(["id": .id(try call.id("overwrite_id"))]), mistakes: mistakes)
            let overwrite = ChannelForm.overwrite(form)
            try mistakes.throwIfAny()
            channel.overwrites.removeAll { $0.id == overwrite?.id }
            if let overwrite { channel.overwrites.append(overwrite) }
            world.update(channel)
            return .nothing
        },
        Route("DELETE", "/channels/{channel_id}/permissions/{overwrite_id}", .per(10_000, 5)) { world, call throws(DiscordError) in
            var channel = try world.channel(call.id("channel_id"), letting: call.caller, .manageRoles)
            let id = try call.id("overwrite_id")
            channel.overwrites.removeAll { $0.id == id }
            world.update(channel)
            return .nothing
        },
        Route("POST", "/channels/{channel_id}/typing", .per(5_000, 5)) { world, call throws(DiscordError) in
            let channel = try world.visibleChannel(call.id("channel_id"), to: call.caller)
            _ = try world.channel(channel.id, letting: call.caller, channel.speaking)
            guard channel.holdsMessages else { throw .nonTextChannel }
            world.events.append(.typing(channelID: channel.id, userID: call.caller))
            return .nothing
        },
    ]
}
