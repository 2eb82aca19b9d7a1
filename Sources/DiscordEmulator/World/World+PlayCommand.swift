import OrderedCollections
import Support

/// Invoking commands: the values that a person filled in become the options that the application gets.
extension World {
    /// What a person asks for.
    struct Invocation: Sendable {
        var commandID: ID?
        /// Also `group subcommand` after a space.
        var name: String?
        var options: JSONObject = [:]
        /// Files by the option's name.
        var files: [String: UploadedFile] = [:]
        var targetID: ID?
        /// For autocomplete: the option that is being typed.
        var focused: String?
        var nonce: JSON?
    }

    mutating func invoke(_ invocation: Invocation, in channelID: ID?, as userID: ID) throws(PlayError) -> InteractionRecord {
        let channel = try channelToSpeak(channelID, userID)
        guard permissions(of: userID, in: channel).contains(.useCommands) || channel.guildID == nil else {
            throw PlayError("This user may not use commands in that channel.", status: 403)
        }
        let (command, path) = try find(invocation, for: userID, in: channel)
        try refuseHidden(command, for: userID, in: channel)
        var reader = OptionReader(invocation: invocation, guildID: channel.guildID, channelID: channel.id)
        var data: JSONObject = ["id": .id(command.id), "name": .string(command.name), "type": .int(command.kind.rawValue)]
        if let guildID = command.guildID { data["guild_id"] = .id(guildID) }
        if command.kind == .chat {
            let options = try reader.read(
                command.shown["options"]?.array ?? [], values: Self.nested(invocation.options, under: path), in: &self)
            data["options"] = .array(options)
        } else {
            try target(invocation.targetID, of: command, for: userID, in: channel, &data, &reader)
        }
        let resolved = reader.resolved(in: self)
        if !resolved.isEmpty { data["resolved"] = .object(resolved) }
        let name = ([command.name] + reader.subcommands).joined(separator: " ")
        return startInteraction(
            invocation.focused == nil ? .command : .autocomplete, applicationID: command.applicationID, userID: userID, in: channel,
            data: .object(data), commandName: name, nonce: invocation.nonce)
    }

    private func find(_ invocation: Invocation, for userID: ID, in channel: ChannelRecord) throws(PlayError) -> (CommandRecord, [String]) {
        let words = (invocation.name ?? "").split(separator: " ").map(String.init)
        let usable = commands.values.filter { $0.guildID == nil || $0.guildID == channel.guildID && channel.guildID != nil }
        if let id = invocation.commandID {
            guard let command = usable.first(where: { $0.id == id }) else {
                throw PlayError("There is no such command here.", field: "command_id", status: 404)
            }
            return (command, Array(words.dropFirst()))
        }
        // The names of context menu commands may hold spaces. A guild's command hides the global one of its name.
        let byWholeName = usable.filter { $0.name == invocation.name && $0.kind != .chat }
        let byFirstWord = usable.filter { $0.name == words.first && $0.kind == .chat }
        let found = invocation.targetID != nil ? byWholeName + byFirstWord : byFirstWord + byWholeName
        // Of two applications that know the name, the one that is here.
        let here = found.filter { command in
            let installation = installation(of: command.applicationID, for: userID, in: channel)
            return installation.byGuild || installation.byUser
        }
        guard let command = here.first(where: { $0.guildID != nil }) ?? here.first ?? found.first else {
            throw PlayError("There is no command named \(invocation.name ?? "") here.", field: "name", status: 404)
        }
        return (command, command.kind == .chat ? Array(words.dropFirst()) : [])
    }

    /// Values for a subcommand named by words: `credits add` with `{amount: 3}` is `{add: {amount: 3}}`.
    private static func nested(_ values: JSONObject, under path: [String]) -> JSONObject {
        path.reversed().reduce(values) { inner, word in [word: .object(inner)] }
    }

    private func target(
        _ targetID: ID?, of command: CommandRecord, for userID: ID, in channel: ChannelRecord, _ data: inout JSONObject,
        _ reader: inout OptionReader
    ) throws(PlayError) {
        guard let targetID else { throw PlayError("This command needs a target.", field: "target_id") }
        switch command.kind {
        case .user:
            guard users[targetID] != nil else { throw PlayError("There is no such user.", field: "target_id", status: 404) }
            reader.mentioned.append(targetID)
        case .message, .chat:
            guard let message = messages[targetID], message.channelID == channel.id, message.isVisible(to: userID) else {
                throw PlayError("There is no such message here.", field: "target_id", status: 404)
            }
            reader.messages.append(targetID)
        }
        data["target_id"] = .id(targetID)
    }
}
