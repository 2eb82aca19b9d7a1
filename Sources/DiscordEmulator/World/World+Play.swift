import OrderedCollections
import Support

/// What people do, as the page or a test plays them: it is checked as Discord's own client checks it.
extension World {
    /// A refusal for the one who plays: a sentence, and the field it is about.
    struct PlayError: Error, Sendable {
        var status = 400
        var message: String
        var field: String?

        init(_ message: String, field: String? = nil, status: Int = 400) {
            self.message = message
            self.field = field
            self.status = status
        }

        /// With the field it is about.
        var sentence: String { field.map { "\($0): \(message)" } ?? message }

        init(_ error: DiscordError) {
            self.init(error.message, status: error.status)
            if let errors = error.errors { message += " " + errors.text }
        }
    }

    /// A channel where the user may speak.
    func channelToSpeak(_ id: ID?, _ userID: ID) throws(PlayError) -> ChannelRecord {
        guard let id, let channel = channels[id] else { throw PlayError("There is no such channel.", field: "channel_id", status: 404) }
        let granted = permissions(of: userID, in: channel)
        guard granted.contains(.viewChannel) else { throw PlayError("This user does not see that channel.", status: 403) }
        return channel
    }

    mutating func say(_ content: String, in channelID: ID?, as userID: ID, replyTo: ID?, files: [UploadedFile], nonce: JSON?)
        throws(PlayError) -> MessageRecord
    {
        let channel = try channelToSpeak(channelID, userID)
        guard channel.holdsMessages else {
            throw PlayError("No messages are written in this kind of channel; a forum takes posts.", field: "channel_id")
        }
        guard permissions(of: userID, in: channel).contains(channel.speaking) else {
            throw PlayError("This user may not write in that channel.", status: 403)
        }
        guard content.utf16.count <= MessageForm.maximumContent else {
            throw PlayError("A message has at most 2,000 characters; this one has \(content.utf16.count).", field: "content")
        }
        var draft = MessageDraft()
        draft.content = content
        draft.files = files
        draft.nonce = nonce
        draft.reference = replyTo.map { MessageDraft.Reference(messageID: $0) }
        do { return try createMessage(draft, in: channel, by: userID) } catch { throw PlayError(error) }
    }

    /// A click on a button, or a choice in a select.
    mutating func press(_ customID: String, on messageID: ID?, values: [JSON], as userID: ID, nonce: JSON?) throws(PlayError)
        -> InteractionRecord
    {
        guard let messageID, let message = messages[messageID], message.isVisible(to: userID) else {
            throw PlayError("There is no such message.", field: "message_id", status: 404)
        }
        let channel = try channelToSpeak(message.channelID, userID)
        guard let applicationID = message.applicationID else { throw PlayError("No application made that message.", field: "message_id") }
        guard let component = Self.component(customID, in: message.components) else {
            throw PlayError("That message has no component with this custom id.", field: "custom_id", status: 404)
        }
        if component["disabled"]?.bool == true { throw PlayError("That component is disabled.", field: "custom_id") }
        let type = Int(component["type"]?.int ?? 0)
        var data: JSONObject = [
            "custom_id": .string(customID), "component_type": .int(type), "id": component["id"] ?? 0,
        ]
        if type != 2 {
            try check(values: values, of: component, in: message.guildID)
            data["values"] = .array(values.map { $0.id.map { .id($0) } ?? $0 })
            if type != 3 {
                data["values"] = .list(values.compactMap(\.id).map { .id($0) })
                data["resolved"] = resolve(values.compactMap(\.id), guildID: message.guildID)
            } else {
                data["values"] = .array(values)
            }
        }
        return startInteraction(
            .component, applicationID: applicationID, userID: userID, in: channel, data: .object(data), sourceMessageID: messageID,
            nonce: nonce)
    }

    static func component(_ customID: String, in components: [JSON]) -> JSON? {
        for component in components {
            if component["custom_id"]?.string == customID { return component }
            let children = (component["components"]?.array ?? []) + [component["accessory"], component["component"]].compactMap { $0 }
            if let found = self.component(customID, in: children) { return found }
        }
        return nil
    }

    /// The objects that ids in an interaction stand for.
    func resolve(_ ids: [ID], guildID: ID?) -> JSON {
        var resolved: JSONObject = [:]
        func add(_ kind: String, _ id: ID, _ value: JSON) {
            resolved[kind] = (resolved[kind] ?? .empty).merging([id.description: value])
        }
        let guild = guildID.flatMap { guilds[$0] }
        for id in ids {
            if users[id] != nil {
                add("users", id, show(user: id))
                if let member = guild?.members[id], let guild {
                    let granted = basePermissions(of: member, in: guild).text
                    add("members", id, show(member, withUser: false).merging(["permissions": .string(granted)]))
                }
            } else if let role = guild?.roles.first(where: { $0.id == id }) {
                add("roles", id, show(role))
            } else if let channel = channels[id] {
                add("channels", id, show(channel).merging(["permissions": .string(Permissions.everyone.text)]))
            }
        }
        return .object(resolved)
    }
}
