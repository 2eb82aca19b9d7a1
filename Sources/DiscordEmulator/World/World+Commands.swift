import OrderedCollections

/// Registering application commands.
extension World {
    /// How many a scope holds: chat commands, user and message context menu commands.
    static func commandLimit(_ kind: CommandRecord.Kind) -> Int { kind == .chat ? 100 : 15 }

    func commands(of applicationID: ID, guildID: ID?) -> [CommandRecord] {
        commands.values.filter { $0.applicationID == applicationID && $0.guildID == guildID }
    }

    func command(_ id: ID, of applicationID: ID, guildID: ID?) throws(DiscordError) -> CommandRecord {
        guard let command = commands[id], command.applicationID == applicationID, command.guildID == guildID else {
            throw .unknownCommand
        }
        return command
    }

    /// Creates a command, or replaces the one of the same name and type. Says which of the two it was.
    mutating func register(_ draft: CommandForm.Draft, for applicationID: ID, guildID: ID?) throws(DiscordError)
        -> (command: CommandRecord, isNew: Bool)
    {
        let scope = commands(of: applicationID, guildID: guildID)
        let known = scope.first { $0.kind == draft.kind && $0.name == draft.name }
        if known == nil, scope.count(where: { $0.kind == draft.kind }) >= Self.commandLimit(draft.kind) {
            throw DiscordError(
                400, 30032, "Maximum number of application commands reached (\(Self.commandLimit(draft.kind))).")
        }
        if known == nil { try countCreation(by: applicationID, guildID: guildID) }
        let command = put(draft, for: applicationID, guildID: guildID, replacing: known)
        events.append(.commandsChanged(applicationID: applicationID, guildID: guildID))
        return (command, known == nil)
    }

    mutating func edit(_ command: CommandRecord, _ draft: CommandForm.Draft) -> CommandRecord {
        let edited = put(draft, for: command.applicationID, guildID: command.guildID, replacing: command)
        events.append(.commandsChanged(applicationID: command.applicationID, guildID: command.guildID))
        return edited
    }

    mutating func deleteCommand(_ command: CommandRecord) {
        commands[command.id] = nil
        events.append(.commandsChanged(applicationID: command.applicationID, guildID: command.guildID))
    }

    /// Replaces all commands of a scope; those of the same name and type keep their ids.
    mutating func overwriteCommands(_ drafts: [CommandForm.Draft], for applicationID: ID, guildID: ID?) throws(DiscordError)
        -> [CommandRecord]
    {
        for kind in [CommandRecord.Kind.chat, .user, .message] {
            let names = drafts.filter { $0.kind == kind }.map(\.name)
            if names.count > Self.commandLimit(kind) {
                throw DiscordError(400, 30032, "Maximum number of application commands reached (\(Self.commandLimit(kind))).")
            }
            guard Set(names).count == names.count else {
                throw .form([], "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
            }
        }
        let old = commands(of: applicationID, guildID: guildID)
        for draft in drafts where !old.contains(where: { $0.kind == draft.kind && $0.name == draft.name }) {
            try countCreation(by: applicationID, guildID: guildID)
        }
        for command in old { commands[command.id] = nil }
        let new = drafts.map { draft in
            put(
                draft, for: applicationID, guildID: guildID,
                replacing: old.first { $0.kind == draft.kind && $0.name == draft.name })
        }
        events.append(.commandsChanged(applicationID: applicationID, guildID: guildID))
        return new
    }

    private mutating func put(_ draft: CommandForm.Draft, for applicationID: ID, guildID: ID?, replacing known: CommandRecord?)
        -> CommandRecord
    {
        let id = known?.id ?? nextID()
        var shown: JSONObject = ["id": .id(id), "application_id": .id(applicationID)]
        if let guildID { shown["guild_id"] = .id(guildID) }
        // The version changes only with the command.
        let unchanged = known.map { known in
            draft.shown.allSatisfy { known.shown[$0.key] == $0.value } && known.shown.hasOptions(like: draft)
        }
        let version = unchanged == true ? known?.version ?? nextID() : nextID()
        shown["version"] = .id(version)
        for (key, value) in draft.shown { shown[key] = value }
        let command = CommandRecord(
            id: id, applicationID: applicationID, guildID: guildID, version: version, kind: draft.kind, name: draft.name,
            shown: .object(shown))
        commands[id] = command
        return command
    }
}

extension JSON {
    /// Whether both have options, or neither.
    fileprivate func hasOptions(like draft: CommandForm.Draft) -> Bool { (self["options"] == nil) == (draft.shown["options"] == nil) }
}
