/// Channels themselves, typing, pins.
extension RouteTable {
    static let channelRoutes: [Route] = [
        Route("GET", "/channels/{channel_id}") { world, call throws(DiscordError) in
            let channel = try world.visibleChannel(call.id("channel_id"), to: call.caller)
            return .ok(world.show(channel, for: call.caller))
        },
        Route("PATCH", "/channels/{channel_id}", .per(10_000, 5)) { world, call throws(DiscordError) in
            var channel = try world.channel(call.id("channel_id"), letting: call.caller, .manageChannels)
            guard channel.guildID != nil else { throw .cannotDoInChannelType }
            let mistakes = FormReader.Mistakes()
            let form = FormReader(call.body, mistakes: mistakes)
            if let name = form.string("name", 1...100) { channel.name = name }
            if form.has("topic") { channel.topic = form.string("topic", 0...1_024) }
            if let position = form.int("position", 0...Int(Int32.max)) { channel.position = position }
            if let seconds = form.int("rate_limit_per_user", 0...21_600) { channel.slowmodeSeconds = seconds }
            if let isNSFW = form.bool("nsfw") { channel.isNSFW = isNSFW }
            try mistakes.throwIfAny()
            world.update(channel)
            return .ok(world.show(channel, for: call.caller))
        },
        Route("POST", "/channels/{channel_id}/typing", .per(5_000, 5)) { world, call throws(DiscordError) in
            let channel = try world.channel(call.id("channel_id"), letting: call.caller, .sendMessages)
            world.events.append(.typing(channelID: channel.id, userID: call.caller))
            return .nothing
        },
        Route("GET", "/channels/{channel_id}/pins") { world, call throws(DiscordError) in
            .ok(.list(try world.pinned(call).map { world.show($0, for: call.caller) }))
        },
        Route("GET", "/channels/{channel_id}/messages/pins") { world, call throws(DiscordError) in
            let items = try world.pinned(call).map { message -> JSON in
                [
                    "pinned_at": .string((message.editedAt ?? message.createdAt).discordText),
                    "message": world.show(message, for: call.caller),
                ]
            }
            return .ok(["items": .array(items), "has_more": false])
        },
        Route("PUT", "/channels/{channel_id}/pins/{message_id}", .per(5_000, 5)) { world, call throws(DiscordError) in
            try world.pin(world.message(call, needing: .manageMessages), true)
            return .nothing
        },
        Route("DELETE", "/channels/{channel_id}/pins/{message_id}", .per(5_000, 5)) { world, call throws(DiscordError) in
            try world.pin(world.message(call, needing: .manageMessages), false)
            return .nothing
        },
        Route("PUT", "/channels/{channel_id}/messages/pins/{message_id}", .per(5_000, 5)) { world, call throws(DiscordError) in
            try world.pin(world.message(call, needing: .manageMessages), true)
            return .nothing
        },
        Route("DELETE", "/channels/{channel_id}/messages/pins/{message_id}", .per(5_000, 5)) { world, call throws(DiscordError) in
            try world.pin(world.message(call, needing: .manageMessages), false)
            return .nothing
        },
    ]
}

extension World {
    fileprivate func pinned(_ call: APICall) throws(DiscordError) -> [MessageRecord] {
        let channel = try channel(call.id("channel_id"), letting: call.caller, .readMessageHistory)
        return visibleMessages(in: channel.id, to: call.caller, limit: limits.messagesPerChannel).filter(\.isPinned)
    }

    /// The message of the path, if the bot sees it and may do that in its channel.
    func message(_ call: APICall, needing needed: Permissions = []) throws(DiscordError) -> MessageRecord {
        let channel = try channel(call.id("channel_id"), letting: call.caller, needed)
        guard let message = messages[try call.id("message_id")], message.channelID == channel.id, message.ephemeralTo == nil else {
            throw .unknownMessage
        }
        return message
    }
}
