public import DiscordModels
import Foundation
import OrderedCollections
import Support

/// What people do and see.
extension EmulatorControl {
    /// A file that a person sends.
    public struct File: Sendable {
        public var name: String
        public var contentType: String?
        public var bytes: [UInt8]

        public init(name: String, contentType: String? = nil, bytes: [UInt8]) {
            self.name = name
            self.contentType = contentType
            self.bytes = bytes
        }

        func uploaded(_ index: Int) -> UploadedFile {
            UploadedFile(index: index, filename: name, contentType: contentType, bytes: bytes)
        }
    }

    /// Writes a message.
    @discardableResult
    public func say(_ content: String, in channel: ChannelID = EmulatorControl.general, replyTo: MessageID? = nil, files: [File] = [])
        throws -> MessageID
    {
        let uploads = files.enumerated().map { $1.uploaded($0) }
        let message = try play { (state) throws(World.PlayError) in
            try state.world.say(
                content, in: ID(channel.rawValue), as: userID, replyTo: replyTo.map { ID($0.rawValue) }, files: uploads, nonce: nil)
        }
        return MessageID(message.id.raw)
    }

    /// Runs a slash command. `name` may hold a subcommand after a space.
    public func slash(
        _ name: String, _ options: [String: JSONValue] = [:], files: [String: File] = [:], in channel: ChannelID = EmulatorControl.general
    ) throws -> InteractionID {
        try invoke(name, options, files, target: nil, in: channel)
    }

    /// Runs a context menu command on a user or message.
    public func contextMenu(_ name: String, on target: UInt64, in channel: ChannelID = EmulatorControl.general) throws -> InteractionID {
        try invoke(name, [:], [:], target: ID(target), in: channel)
    }

    private func invoke(_ name: String, _ options: [String: JSONValue], _ files: [String: File], target: ID?, in channel: ChannelID)
        throws -> InteractionID
    {
        var invocation = World.Invocation()
        invocation.name = name
        invocation.options = JSONObject(uniqueKeysWithValues: options.map { ($0, JSON($1)) })
        invocation.files = files.mapValues { $0.uploaded(0) }
        invocation.targetID = target
        let ready = invocation
        let interaction = try play { (state) throws(World.PlayError) in
            try state.world.invoke(ready, in: ID(channel.rawValue), as: userID)
        }
        return InteractionID(interaction.id.raw)
    }

    /// Presses a button, or chooses `values` in a select.
    public func press(_ customID: String, on message: MessageID, values: [String] = []) throws -> InteractionID {
        let interaction = try play { (state) throws(World.PlayError) in
            try state.world.press(
                customID, on: ID(message.rawValue), values: values.map { .string($0) }, as: userID, nonce: nil)
        }
        return InteractionID(interaction.id.raw)
    }

    /// Submits the modal that an interaction opened.
    public func submitModal(of opener: InteractionID, _ values: [String: JSONValue], files: [String: [File]] = [:]) throws -> InteractionID
    {
        let typed = JSONObject(uniqueKeysWithValues: values.map { ($0, JSON($1)) })
        let uploads = files.mapValues { list in list.enumerated().map { $1.uploaded($0) } }
        let interaction = try play { (state) throws(World.PlayError) in
            try state.world.submit(ID(opener.rawValue), values: typed, files: uploads, as: userID, nonce: nil)
        }
        return InteractionID(interaction.id.raw)
    }

    /// The choices that a bot suggests for the option being typed; empty if it does not answer in time.
    public func autocomplete(
        _ name: String, _ options: [String: JSONValue], focused: String, in channel: ChannelID = EmulatorControl.general
    ) async throws -> [String] {
        var invocation = World.Invocation()
        invocation.name = name
        invocation.options = JSONObject(uniqueKeysWithValues: options.map { ($0, JSON($1)) })
        invocation.focused = focused
        let ready = invocation
        let id = try play { (state) throws(World.PlayError) in
            try state.world.invoke(ready, in: ID(channel.rawValue), as: userID).id
        }
        let settled = await core.wait(atMost: .seconds(4)) { state -> EmulatorCore.Look<[JSON]> in
            guard let interaction = state.world.interactions[id], interaction.state.isSettled else { return .notYet }
            return .found(interaction.choices ?? [])
        }
        return (settled ?? []).compactMap { $0["name"]?.string }
    }

    /// Opens a thread: on a message, without one, or (in a forum) as a post that says `content`.
    @discardableResult
    public func openThread(
        _ name: String, in channel: ChannelID = EmulatorControl.general, on message: MessageID? = nil, isPrivate: Bool = false,
        saying content: String? = nil
    ) throws -> ChannelID {
        var wish = World.ThreadWish()
        wish.name = name
        wish.messageID = message.map { ID($0.rawValue) }
        wish.isPrivate = isPrivate
        wish.content = content
        let ready = wish
        let thread = try play { (state) throws(World.PlayError) in
            try state.world.openThread(ready, in: ID(channel.rawValue), as: userID)
        }
        return ChannelID(thread.id.raw)
    }

    /// The direct channel with another user, the bot for one.
    public func directChannel(with other: UserID = UserID(EmulatorControl.application.rawValue)) -> ChannelID {
        core.step { ChannelID($0.world.directChannel(between: userID, and: ID(other.rawValue)).id.raw) }
    }

    /// What this person sees in a channel, newest first.
    public func messages(in channel: ChannelID = EmulatorControl.general, limit: Int = 50) throws -> [Message] {
        let shown = try play { (state) throws(World.PlayError) in
            let room = try state.world.channelToSpeak(ID(channel.rawValue), userID)
            return state.world.visibleMessages(in: room.id, to: userID, limit: limit).map { state.world.show($0, for: userID) }
        }
        return try shown.map { try JSONDecoder().decode(Message.self, from: Data($0.bytes)) }
    }

    /// The bytes of an attachment.
    public func bytes(of attachment: AttachmentID) -> [UInt8]? { core.step { $0.world.files[ID(attachment.rawValue)] } }
}

extension JSON {
    init(_ value: JSONValue) {
        switch value {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .integer(let value): self = .int(value)
        case .number(let value): self = .double(value)
        case .string(let value): self = .string(value)
        case .array(let values): self = .array(values.map { JSON($0) })
        case .object(let members):
            self = .object(JSONObject(uniqueKeysWithValues: members.sorted { $0.key < $1.key }.map { ($0, JSON($1)) }))
        }
    }
}
