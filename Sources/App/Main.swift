import ArgumentParser

/// The `troupe` command: generative AI for Discord that you run yourself.
@main
struct TroupeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "troupe",
        abstract: "Self-hosted generative AI for Discord.",
        discussion: "With no DISCORD_TOKEN, `troupe run` brings its own Discord and a small painter, and prints an address to open.",
        version: Version.current,
        subcommands: [
            RunCommand.self, BotCommand.self, RunnerCommand.self, EmulatorCommand.self, PaintCommand.self, ChatCommand.self,
            ConsoleCommand.self, CreditsCommand.self, VoucherCommand.self, TokenCommand.self, UserCommand.self, CloneCommand.self,
            MigrateCommand.self, BackupCommand.self, RestoreCommand.self, DoctorCommand.self,
        ],
        defaultSubcommand: nil)
}

/// The version that `--version` and the User-Agent tell.
enum Version {
    static let current = "0.1.0"
}
