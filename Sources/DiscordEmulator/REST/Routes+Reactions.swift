/// Reactions by the bot token.
extension RouteTable {
    private static let base = "/channels/{channel_id}/messages/{message_id}/reactions"

    static let reactionRoutes: [Route] = [
        Route("PUT", "\(base)/{emoji_name}/@me", .per(250, 1)) { world, call throws(DiscordError) in
            let message = try world.message(call, needing: [.readMessageHistory, .addReactions])
            try world.react(to: message, with: World.emoji(call.parameters["emoji_name"] ?? ""), by: call.caller)
            return .nothing
        },
        Route("DELETE", "\(base)/{emoji_name}/@me", .per(250, 1)) { world, call throws(DiscordError) in
            let message = try world.message(call)
            world.unreact(to: message, with: try World.emoji(call.parameters["emoji_name"] ?? ""), by: call.caller)
            return .nothing
        },
        Route("DELETE", "\(base)/{emoji_name}/{user_id}", .per(250, 1)) { world, call throws(DiscordError) in
            let message = try world.message(call, needing: .manageMessages)
            world.unreact(to: message, with: try World.emoji(call.parameters["emoji_name"] ?? ""), by: try call.id("user_id"))
            return .nothing
        },
        Route("GET", "\(base)/{emoji_name}") { world, call throws(DiscordError) in
            let message = try world.message(call, needing: .readMessageHistory)
            let emoji = try World.emoji(call.parameters["emoji_name"] ?? "")
            let reaction = message.reactions.first { $0.emojiID == emoji.id && $0.name == emoji.name }
            let limit = try call.number("limit", 1...100, default: 25)
            return .ok(.list((reaction?.userIDs ?? []).prefix(limit).map { world.show(user: $0) }))
        },
        Route("DELETE", base, .per(250, 1)) { world, call throws(DiscordError) in
            let message = try world.message(call, needing: .manageMessages)
            for reaction in message.reactions {
                for user in reaction.userIDs {
                    guard let current = world.messages[message.id] else { break }
                    world.unreact(to: current, with: (reaction.emojiID, reaction.name), by: user)
                }
            }
            return .nothing
        },
    ]
}
