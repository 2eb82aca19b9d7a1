import DiscordModels
import Logging

/// Makes the commands registered with Discord the wanted ones, changing only what differs.
///
/// Called at start. Discord allows 200 creations a day, so a restart must not create anew what is there.
public struct CommandSync: Sendable {
    /// What was done in one place.
    public struct Report: Sendable, Hashable {
        /// Nil: the global commands.
        public var guild: GuildID?
        public var deleted = 0
        public var edited = 0
        public var created = 0
        public var unchanged = 0
    }

    /// Where more differs, all are replaced by one call: Discord allows five creations in twenty seconds.
    private static let fewChanges = 4

    private let client: RESTClient
    private let logger: Logger

    public init(client: RESTClient, logger: Logger) {
        self.client = client
        self.logger = logger
    }

    /// Registers the commands globally, or on the given guilds, where they appear at once.
    ///
    /// A few changes are made one by one: deletes first, for the room it makes, then edits, then creates. When it throws, what
    /// was done stays done, and the next start does the rest. Many are made at once.
    @discardableResult
    public func register(
        _ wanted: [NewApplicationCommand], application: ApplicationID, guilds: [GuildID] = []
    ) async throws -> [Report] {
        var reports: [Report] = []
        for guild in guilds.isEmpty ? [nil] : guilds.map(Optional.some) {
            let registered = try await client.commands(of: application, guild: guild)
            let diff = CommandDiff(wanted: wanted, registered: registered)
            if diff.deletions.count + diff.edits.count + diff.creations.count > Self.fewChanges {
                _ = try await client.overwriteCommands(wanted, of: application, guild: guild)
            } else {
                for deletion in diff.deletions { try await client.deleteCommand(deletion.id, of: application, guild: guild) }
                for edit in diff.edits { _ = try await client.editCommand(edit.id, edit.command, of: application, guild: guild) }
                for command in diff.creations { _ = try await client.createCommand(command, of: application, guild: guild) }
            }
            logger.info(
                "commands registered",
                metadata: [
                    "guild": "\(guild?.description ?? "all")", "created": "\(diff.creations.count)", "edited": "\(diff.edits.count)",
                    "deleted": "\(diff.deletions.count)", "unchanged": "\(diff.unchanged.count)",
                ])
            reports.append(
                Report(
                    guild: guild, deleted: diff.deletions.count, edited: diff.edits.count, created: diff.creations.count,
                    unchanged: diff.unchanged.count))
        }
        return reports
    }
}
