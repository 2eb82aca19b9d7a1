import OrderedCollections

/// The pages that listen: each event goes to those whose user may see it, through a bounded queue.
struct Audience: Sendable {
    static let queueLength = 1_000
    static let maximumListeners = 256

    private struct Listener: Sendable {
        let userID: ID
        let queue: AsyncStream<[UInt8]>.Continuation
    }

    private var listeners: [Int: Listener] = [:]
    private var next = 0

    /// A stream of server-sent events for a user; nil when there are too many.
    mutating func join(as userID: ID) -> (id: Int, events: AsyncStream<[UInt8]>)? {
        guard listeners.count < Self.maximumListeners else { return nil }
        let (events, queue) = AsyncStream.makeStream(of: [UInt8].self, bufferingPolicy: .bufferingOldest(Self.queueLength))
        next += 1
        listeners[next] = Listener(userID: userID, queue: queue)
        send("hello", [:], to: next)
        return (next, events)
    }

    mutating func leave(_ id: Int) { listeners.removeValue(forKey: id)?.queue.finish() }

    mutating func finish() {
        for listener in listeners.values { listener.queue.finish() }
        listeners = [:]
    }

    /// To everybody, or to one user only.
    mutating func tell(_ name: String, _ data: JSONObject, only userID: ID? = nil, where mayHear: (ID) -> Bool = { _ in true }) {
        for (id, listener) in listeners where (userID == nil || listener.userID == userID) && mayHear(listener.userID) {
            send(name, data, to: id)
        }
    }

    private mutating func send(_ name: String, _ data: JSONObject, to id: Int) {
        var data = data
        data["type"] = .string(name)
        var frame = Array("event: \(name)\ndata: ".utf8)
        JSON.object(data).write(to: &frame)
        frame.append(contentsOf: [0x0A, 0x0A])
        if case .dropped = listeners[id]?.queue.yield(frame) { leave(id) }
    }
}

extension Audience {
    /// What a page hears of an event of the world.
    mutating func publish(_ event: WorldEvent, in world: World) {
        guard !listeners.isEmpty else { return }
        switch event {
        case .messageCreated(let message): tell("message_create", message, world)
        case .messageUpdated(let message): tell("message_update", message, world)
        case .messageDeleted(let message):
            var data = Self.place(message)
            data["message_id"] = .id(message.id)
            tell("message_delete", data, only: message.ephemeralTo, where: Self.seers(message.channelID, world))
        case .messagesDeleted(let channelID, let ids):
            for id in ids {
                var data: JSONObject = ["channel_id": .id(channelID), "message_id": .id(id)]
                if let guildID = world.channels[channelID]?.guildID { data["guild_id"] = .id(guildID) }
                tell("message_delete", data, where: Self.seers(channelID, world))
            }
        case .threadMembersChanged(let threadID, _, _):
            if let channel = world.channels[threadID] { self.channel("channel_update", channel, world) }
        case .reactionAdded(let message, let reaction, let userID): self.reaction("reaction_add", message, reaction, userID, world)
        case .reactionRemoved(let message, let reaction, let userID): self.reaction("reaction_remove", message, reaction, userID, world)
        case .typing(let channelID, let userID):
            tell("typing_start", ["channel_id": .id(channelID), "user_id": .id(userID)], where: Self.seers(channelID, world))
        case .interactionChanged(let interaction):
            tell("interaction_state", Self.state(interaction), only: interaction.userID)
        case .modalOpened(let interaction):
            guard let modal = interaction.modal else { return }
            let data: JSONObject = [
                "interaction_id": .id(interaction.id), "application_id": .id(interaction.applicationID),
                "channel_id": .id(interaction.channelID), "custom_id": modal["custom_id"] ?? "", "title": modal["title"] ?? "",
                "components": modal["components"] ?? [],
            ]
            tell("modal_open", data, only: interaction.userID)
        case .commandsChanged(let applicationID, let guildID):
            var data: JSONObject = ["application_id": .id(applicationID)]
            if let guildID { data["guild_id"] = .id(guildID) }
            tell("commands_update", data)
        case .channelCreated(let channel): self.channel("channel_create", channel, world)
        case .channelUpdated(let channel): self.channel("channel_update", channel, world)
        case .channelDeleted(let channel): self.channel("channel_delete", channel, world)
        case .commandPermissionsChanged(let guildID, let applicationID, _):
            tell("commands_update", ["application_id": .id(applicationID), "guild_id": .id(guildID)])
        case .guildJoined(let guildID, _), .guildLeft(let guildID, _), .memberJoined(let guildID, _), .memberChanged(let guildID, _),
            .memberLeft(let guildID, _), .roleChanged(let guildID, _, _), .roleDeleted(let guildID, _):
            tell("guild_update", ["guild_id": .id(guildID)])
        case .entitlementChanged(let entitlement, let event):
            tell(event.lowercased(), ["entitlement": world.show(entitlement)], only: entitlement.userID)
        case .pinsChanged, .interactionCreated, .subscriptionChanged, .webhooksChanged: break
        }
    }

    private static func place(_ message: MessageRecord) -> JSONObject {
        var data: JSONObject = ["channel_id": .id(message.channelID)]
        if let guildID = message.guildID { data["guild_id"] = .id(guildID) }
        return data
    }

    private static func seers(_ channelID: ID, _ world: World) -> (ID) -> Bool {
        guard let channel = world.channels[channelID] else { return { _ in false } }
        return { world.permissions(of: $0, in: channel).contains(.viewChannel) }
    }

    private mutating func tell(_ name: String, _ message: MessageRecord, _ world: World) {
        var data = Self.place(message)
        data["message"] = world.show(message)
        tell(name, data, only: message.ephemeralTo, where: Self.seers(message.channelID, world))
    }

    private mutating func reaction(
        _ name: String, _ message: MessageRecord, _ reaction: MessageRecord.Reaction, _ userID: ID, _ world: World
    ) {
        var data = Self.place(message)
        data["message_id"] = .id(message.id)
        data["user_id"] = .id(userID)
        data["emoji"] = ["id": .id(reaction.emojiID), "name": .string(reaction.name)]
        tell(name, data, only: message.ephemeralTo, where: Self.seers(message.channelID, world))
    }

    private mutating func channel(_ name: String, _ channel: ChannelRecord, _ world: World) {
        tell(name, ["channel": world.show(channel)], where: { world.permissions(of: $0, in: channel).contains(.viewChannel) })
    }

    /// The data of `interaction_state`.
    static func state(_ interaction: InteractionRecord) -> JSONObject {
        var data: JSONObject = [
            "id": .id(interaction.id), "nonce": interaction.nonce ?? .null, "channel_id": .id(interaction.channelID),
            "application_id": .id(interaction.applicationID), "state": .string(interaction.state.rawValue),
            "kind": .string(interaction.kind.name),
        ]
        if let error = interaction.error { data["error"] = .string(error) }
        if let message = interaction.originalMessageID { data["message_id"] = .id(message) }
        return data
    }
}
