import OrderedCollections

/// Pinned messages, by the addresses of before and after 2025.
extension RouteTable {
    static let pinRoutes: [Route] =
        [
            Route("GET", "/channels/{channel_id}/pins") { world, call throws(DiscordError) in
                .ok(.list(try world.pinned(call).map { world.showReadable($0, by: call.caller) }))
            },
            Route("GET", "/channels/{channel_id}/messages/pins") { world, call throws(DiscordError) in
                let items = try world.pinned(call).map { message -> JSON in
                    [
                        "pinned_at": .string((message.editedAt ?? message.createdAt).discordText),
                        "message": world.showReadable(message, by: call.caller),
                    ]
                }
                return .ok(["items": .array(items), "has_more": false])
            },
        ] + changes("/channels/{channel_id}/pins/{message_id}") + changes("/channels/{channel_id}/messages/pins/{message_id}")

    private static func changes(_ template: String) -> [Route] {
        [("PUT", true), ("DELETE", false)].map { method, isPinned in
            Route(method, template, .per(5_000, 5)) { world, call throws(DiscordError) in
                try world.pin(world.message(call, needing: .pinMessages), isPinned, by: call.caller)
                return .nothing
            }
        }
    }
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
