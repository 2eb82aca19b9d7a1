import OrderedCollections
import Support

/// What people do with threads and pins.
extension ControlAPI {
    func openThread(_ call: Call) throws(World.PlayError) -> JSON {
        let body = call.body
        var wish = World.ThreadWish()
        wish.name = body["name"]?.string ?? ""
        wish.messageID = body["message_id"]?.id
        wish.isPrivate = body["private"]?.bool ?? false
        wish.content = body["content"]?.string
        wish.files = try Self.files(body["attachments"])
        wish.tagIDs = (body["applied_tags"]?.array ?? []).compactMap(\.id)
        wish.archiveMinutes = body["auto_archive_duration"]?.int.map { Int($0) }
        let ready = wish
        return try core.step { (state) throws(World.PlayError) in
            let thread = try state.world.openThread(ready, in: body["channel_id"]?.id, as: call.user)
            return Self.show(thread, state.world, call.user) ?? .null
        }
    }

    func changeThread(_ call: Call) throws(World.PlayError) -> JSON {
        try core.step { (state) throws(World.PlayError) in
            let thread = try state.world.changeThread(ID(call.path[1]), call.body, as: call.user)
            return Self.show(thread, state.world, call.user) ?? .null
        }
    }

    func changeThreadMember(_ call: Call, adds: Bool) throws(World.PlayError) -> Reply {
        try core.step { (state) throws(World.PlayError) in
            try state.world.changeMember(ID(call.path[3]), of: ID(call.path[1]), adds: adds, as: call.user)
            return .nothing
        }
    }

    func pin(_ call: Call, _ isPinned: Bool) throws(World.PlayError) -> Reply {
        try core.step { (state) throws(World.PlayError) in
            let message = try Self.message(call, state.world)
            let granted = state.world.channels[message.channelID].map { state.world.permissions(of: call.user, in: $0) }
            guard granted?.contains(.pinMessages) == true else {
                throw World.PlayError("This user may not pin messages there.", status: 403)
            }
            do throws(DiscordError) { try state.world.pin(message, isPinned, by: call.user) } catch { throw World.PlayError(error) }
            return .nothing
        }
    }
}
