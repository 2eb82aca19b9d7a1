import OrderedCollections
import Support

/// Messages by the bot token.
extension RouteTable {
    static let messageRoutes: [Route] = [
        Route("GET", "/channels/{channel_id}/messages", .per(5_000, 10)) { world, call throws(DiscordError) in
            let channel = try world.channel(call.id("channel_id"), letting: call.caller, .readMessageHistory)
            let limit = try call.number("limit", 1...100, default: 50)
            let before = call.query["before"].flatMap { ID($0) }
            let after = call.query["after"].flatMap { ID($0) }
            var found: [MessageRecord]
            if let around = call.query["around"].flatMap({ ID($0) }) {
                let older = world.visibleMessages(in: channel.id, to: call.caller, before: around, limit: limit / 2)
                let newer = world.visibleMessages(in: channel.id, to: call.caller, after: ID(around.raw - 1), limit: limit - older.count)
                found = newer + older
            } else {
                found = world.visibleMessages(in: channel.id, to: call.caller, before: before, after: after, limit: limit)
            }
            // The API shows ephemeral messages to nobody but their user's own client.
            found.removeAll { $0.ephemeralTo != nil }
            return .ok(.list(found.map { world.showReadable($0, by: call.caller) }))
        },
        Route("POST", "/channels/{channel_id}/messages", .per(5_000, 5)) { world, call throws(DiscordError) in
            let channel = try world.visibleChannel(call.id("channel_id"), to: call.caller)
            _ = try world.channel(channel.id, letting: call.caller, channel.speaking)
            guard channel.holdsMessages else { throw .nonTextChannel }
            let granted = world.permissions(of: call.caller, in: channel)
            if !call.files.isEmpty, !granted.contains(.attachFiles) { throw .missingPermissions }
            var draft = try MessageForm.check(call.body, files: call.files, for: .create)
            draft.flags?.remove(.ephemeral)
            return .ok(world.show(try world.createMessage(draft, in: channel, by: call.caller), for: call.caller))
        },
        Route("GET", "/channels/{channel_id}/messages/{message_id}", .per(5_000, 10)) { world, call throws(DiscordError) in
            .ok(world.showReadable(try world.message(call, needing: .readMessageHistory), by: call.caller))
        },
        Route("PATCH", "/channels/{channel_id}/messages/{message_id}", .per(5_000, 5)) { world, call throws(DiscordError) in
            let message = try world.message(call)
            guard message.authorID == call.caller else { throw .cannotEditOthers }
            let draft = try MessageForm.check(call.body, files: call.files, for: .edit)
            try world.countEdit(of: message)
            return .ok(world.show(try world.editMessage(message.id, draft), for: call.caller))
        },
        Route("DELETE", "/channels/{channel_id}/messages/{message_id}", .per(1_000, 5)) { world, call throws(DiscordError) in
            let message = try world.message(call)
            if message.authorID != call.caller { _ = try world.message(call, needing: .manageMessages) }
            world.deleteMessage(message.id)
            return .nothing
        },
        Route("POST", "/channels/{channel_id}/messages/bulk-delete", .per(3_000, 1)) { world, call throws(DiscordError) in
            let channel = try world.channel(call.id("channel_id"), letting: call.caller, .manageMessages)
            let mistakes = FormReader.Mistakes()
            let ids = FormReader(call.body, mistakes: mistakes).list("messages", required: true, 2...100) ?? []
            try mistakes.throwIfAny()
            let wanted = ids.compactMap(\.id)
            if wanted.contains(where: { world.now - $0.moment > .seconds(14 * 86_400) }) { throw .bulkDeleteTooOld }
            world.deleteMessages(wanted, in: channel.id)
            return .nothing
        },
    ]
}
