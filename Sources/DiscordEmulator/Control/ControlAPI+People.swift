import OrderedCollections
import Support

/// What people do with messages.
extension ControlAPI {
    func say(_ call: Call) throws(World.PlayError) -> JSON {
        let body = call.body
        let files = try Self.files(body["attachments"])
        let channelID = body["channel_id"]?.id
        let content = body["content"]?.string ?? ""
        let replyTo = body["reply_to"]?.id
        let nonce = body["nonce"].flatMap { $0.isNull ? nil : $0 }
        return try core.step { (state) throws(World.PlayError) in
            let message = try state.world.say(content, in: channelID, as: call.user, replyTo: replyTo, files: files, nonce: nonce)
            return state.world.show(message, for: call.user)
        }
    }

    func edit(_ call: Call) throws(World.PlayError) -> JSON {
        guard let content = call.body["content"]?.string else { throw World.PlayError("Give the new content.", field: "content") }
        return try core.step { (state) throws(World.PlayError) in
            let message = try Self.message(call, state.world)
            guard message.authorID == call.user else { throw World.PlayError("One edits only one's own messages.", status: 403) }
            guard content.utf16.count <= MessageForm.maximumContent else {
                throw World.PlayError("A message has at most 2,000 characters.", field: "content")
            }
            var draft = MessageDraft()
            draft.content = content
            do throws(DiscordError) { return state.world.show(try state.world.editMessage(message.id, draft), for: call.user) } catch {
                throw World.PlayError(error)
            }
        }
    }

    func delete(_ call: Call) throws(World.PlayError) -> Reply {
        try core.step { (state) throws(World.PlayError) in
            let message = try Self.message(call, state.world)
            let mayManage = state.world.channels[message.channelID].map {
                state.world.permissions(of: call.user, in: $0).contains(.manageMessages)
            }
            guard message.authorID == call.user || message.ephemeralTo == call.user || mayManage == true else {
                throw World.PlayError("This user may not delete that message.", status: 403)
            }
            state.world.deleteMessage(message.id)
            return .nothing
        }
    }

    func react(_ call: Call, adds: Bool) throws(World.PlayError) -> Reply {
        try core.step { (state) throws(World.PlayError) in
            let message = try Self.message(call, state.world)
            do throws(DiscordError) {
                let emoji = try World.emoji(call.path[3])
                if adds {
                    try state.world.react(to: message, with: emoji, by: call.user)
                } else {
                    state.world.unreact(to: message, with: emoji, by: call.user)
                }
            } catch {
                throw World.PlayError(error)
            }
            return .nothing
        }
    }

    func typing(_ call: Call) throws(World.PlayError) -> Reply {
        let channelID = call.body["channel_id"]?.id
        return try core.step { (state) throws(World.PlayError) in
            let channel = try state.world.channelToSpeak(channelID, call.user)
            state.world.events.append(.typing(channelID: channel.id, userID: call.user))
            return .nothing
        }
    }

    func openDirectChannel(_ call: Call) throws(World.PlayError) -> JSON {
        let other = call.body["user_id"]?.id
        return try core.step { (state) throws(World.PlayError) in
            guard let other, state.world.users[other] != nil, other != call.user else {
                throw World.PlayError("There is no such other user.", field: "user_id", status: 404)
            }
            let channel = state.world.directChannel(between: call.user, and: other)
            return Self.show(channel, state.world, call.user) ?? .null
        }
    }

    /// The message of the path, if the user sees it.
    static func message(_ call: Call, _ world: World) throws(World.PlayError) -> MessageRecord {
        guard let id = ID(call.path[1]), let message = world.messages[id], message.isVisible(to: call.user) else {
            throw World.PlayError("There is no such message.", status: 404)
        }
        _ = try world.channelToSpeak(message.channelID, call.user)
        return message
    }

    /// Files that came as base64, in a list.
    static func files(_ value: JSON?) throws(World.PlayError) -> [UploadedFile] {
        guard let value, !value.isNull else { return [] }
        guard let list = value.array else { throw World.PlayError("Attachments are a list of files.", field: "attachments") }
        guard list.count <= 10 else { throw World.PlayError("At most 10 files.", field: "attachments") }
        var files: [UploadedFile] = []
        for (index, entry) in list.enumerated() { files.append(try file(entry, index: index, field: "attachments")) }
        return files
    }

    static func file(_ entry: JSON, index: Int, field: String) throws(World.PlayError) -> UploadedFile {
        guard let name = entry["filename"]?.string, let data = entry["data"]?.string, let bytes = Base64.decode(data) else {
            throw World.PlayError("A file is {\"filename\", \"content_type\", \"data\": base64}.", field: field)
        }
        guard bytes.count <= MessageForm.maximumFileBytes else {
            throw World.PlayError("\(name) is larger than \(MessageForm.maximumFileBytes >> 20) MiB.", field: field)
        }
        return UploadedFile(index: index, filename: name, contentType: entry["content_type"]?.string, bytes: bytes)
    }
}
