import DiscordModels

// Application commands, global or of one guild.
// Source: https://discord.com/developers/docs/interactions/application-commands#endpoints

extension RESTClient {
    public func commands(of application: ApplicationID, guild: GuildID? = nil) async throws -> [ApplicationCommand] {
        try await fetch(RESTCall(commands(.get, application, guild)))
    }

    /// Creates a command, or overwrites the one of the same name and kind: therefore repeatable.
    public func createCommand(
        _ command: NewApplicationCommand, of application: ApplicationID, guild: GuildID? = nil
    ) async throws -> ApplicationCommand {
        let route = commands(.post, application, guild)
        try check(route) { () throws(InvalidPayload) in try command.validate() }
        return try await fetch(RESTCall(route, body: command, isRepeatable: true))
    }

    public func editCommand(
        _ id: CommandID, _ command: NewApplicationCommand, of application: ApplicationID, guild: GuildID? = nil
    ) async throws -> ApplicationCommand {
        let route = self.command(.patch, application, guild, id)
        try check(route) { () throws(InvalidPayload) in try command.validate() }
        return try await fetch(RESTCall(route, body: CommandReplacement(command: command)))
    }

    public func deleteCommand(_ id: CommandID, of application: ApplicationID, guild: GuildID? = nil) async throws {
        try await perform(RESTCall(command(.delete, application, guild, id)))
    }

    /// Replaces all commands at once. ``CommandSync`` is gentler: creations are limited to 200 a day.
    public func overwriteCommands(
        _ wanted: [NewApplicationCommand], of application: ApplicationID, guild: GuildID? = nil
    ) async throws -> [ApplicationCommand] {
        let route = commands(.put, application, guild)
        for command in wanted { try check(route) { () throws(InvalidPayload) in try command.validate() } }
        return try await fetch(RESTCall(route, body: wanted))
    }

    private func commands(_ method: Route.Method, _ application: ApplicationID, _ guild: GuildID?) -> Route {
        if let guild {
            Route(
                method, "/applications/{application}/guilds/{guild}/commands", ["application": "\(application)", "guild": "\(guild)"],
                major: ["guild"])
        } else {
            Route(method, "/applications/{application}/commands", ["application": "\(application)"])
        }
    }

    private func command(_ method: Route.Method, _ application: ApplicationID, _ guild: GuildID?, _ id: CommandID) -> Route {
        if let guild {
            Route(
                method, "/applications/{application}/guilds/{guild}/commands/{command}",
                ["application": "\(application)", "guild": "\(guild)", "command": "\(id)"], major: ["guild"])
        } else {
            Route(method, "/applications/{application}/commands/{command}", ["application": "\(application)", "command": "\(id)"])
        }
    }
}

/// A command as an edit that leaves nothing of the old one: what the wanted command lacks is sent as null.
private struct CommandReplacement: Encodable {
    let command: NewApplicationCommand

    private enum CodingKeys: String, CodingKey { case defaultMemberPermissions = "default_member_permissions" }

    func encode(to encoder: any Encoder) throws {
        try command.encode(to: encoder)
        guard command.defaultMemberPermissions == nil else { return }
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeNil(forKey: .defaultMemberPermissions)
    }
}
