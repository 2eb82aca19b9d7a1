import ArgumentParser
import Discord
import Foundation
import Support

/// `troupe run`: everything in one process.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run bot and runner; with no DISCORD_TOKEN also the emulator, and print its address.")

    @OptionGroup var shared: SharedOptions
    @OptionGroup var listening: ListeningOptions
    @OptionGroup var world: WorldOptions

    func run() async throws {
        let settings = try shared.settings(adding: listening.flags)
        let parts: Set<Company.Part> = settings.discordToken == nil ? [.emulator, .bot, .runner, .console] : [.bot, .runner, .console]
        var company = Company(settings: settings, logger: shared.logger())
        company.stage = try world.stage(onlyToken: nil)
        try await company.run(parts)
    }
}

/// `troupe bot`: the part that talks to Discord.
struct BotCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bot", abstract: "Run only the part that talks to Discord; runners on the same database do the work.",
        discussion: """
            Any number of these on one database share the bot's shards: one more takes its part, and what a dead one had is taken over \
            within 15 seconds. With --shards 0-3/16 it takes just these.
            """)

    @Option(
        help: ArgumentHelp(
            "Which shards of how many: 0-3/16 or 5/16; /16 shares them (default: shares as many as Discord recommends).",
            valueName: "shards"))
    var shards: ShardWish?

    @OptionGroup var shared: SharedOptions

    func run() async throws {
        let settings = try shared.settings()
        var company = Company(settings: settings, logger: shared.logger())
        company.shards = shards ?? ShardWish(choice: .share)
        // Interactions that Discord posts need an address to be posted to.
        try await company.run(settings.publicKey == nil ? [.bot] : [.bot, .console])
    }
}

/// `troupe runner`: the part that works.
struct RunnerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runner", abstract: "Run only the part that works; as many as you like on one database.",
        discussion: """
            With --serve it also offers its models over OpenAI's API, below http://HOST:PORT/v1. Callers show TROUPE_SERVE_TOKEN, or where \
            that is not set, a token that is printed at the start.
            """)

    @Option(help: ArgumentHelp("Offer the models over OpenAI's API there; port 0 takes any free one.", valueName: "host:port"))
    var serve: String?

    @OptionGroup var shared: SharedOptions

    func run() async throws {
        var company = Company(settings: try shared.settings(), logger: shared.logger())
        if let serve {
            guard let address = Address(serve) else {
                throw ValidationError("--serve needs HOST:PORT, as 127.0.0.1:8082, not \(serve)")
            }
            company.serving = address
        }
        try await company.run([.runner])
    }
}

/// `troupe emulator`: only the Discord.
struct EmulatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "emulator", abstract: "Run only the Discord of your own, for the author of any bot.")

    @Option(help: "The only bot token that is taken (default: any).")
    var token: String?

    @OptionGroup var shared: SharedOptions
    @OptionGroup var listening: ListeningOptions
    @OptionGroup var world: WorldOptions

    func run() async throws {
        var company = Company(settings: try shared.settings(adding: listening.flags), logger: shared.logger())
        company.stage = try world.stage(onlyToken: token.map { Secret($0) })
        try await company.run([.emulator])
    }
}

/// Where the emulator listens.
struct ListeningOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Where the emulator listens (default: 127.0.0.1:8081); port 0 takes any free one.", valueName: "host:port"))
    var listen: String?

    var flags: [Settings.Key: String] { listen.map { [.emulator: $0] } ?? [:] }
}

/// What the emulator's world begins with.
struct WorldOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Keep the emulator's world in this file between runs.", valueName: "file"))
    var state: String?

    @Option(help: ArgumentHelp("People, guilds, channels and messages to begin with, in YAML.", valueName: "file"))
    var seed: String?

    @Option(help: ArgumentHelp("Faults of the emulator that come one after the other, in YAML.", valueName: "file"))
    var scenario: String?

    func stage(onlyToken: Secret?) throws -> EmulatorPart.Stage {
        EmulatorPart.Stage(
            onlyToken: onlyToken, stateFile: state, population: try seed.map { try Self.text(of: $0) },
            scenario: try scenario.map { try Self.text(of: $0) })
    }

    private static func text(of file: String) throws -> String {
        do { return try String(contentsOf: URL(filePath: file), encoding: .utf8) } catch {
            throw CommandFailure("\(file) cannot be read as UTF-8 text.")
        }
    }
}
