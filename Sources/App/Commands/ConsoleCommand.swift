import ArgumentParser
import Support

/// `troupe console`: only the HTTP service.
struct ConsoleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "console",
        abstract: "Run only the HTTP service: console, health, metrics and the credits API; or make a link to log in.",
        subcommands: [Serve.self, Link.self], defaultSubcommand: Serve.self)

    struct Serve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run the HTTP service; beside bots and runners on the same database. This is what `troupe console` alone does.")

        @OptionGroup var shared: SharedOptions

        func run() async throws { try await Company(settings: shared.settings(), logger: shared.logger()).run([.console]) }
    }

    struct Link: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a link that logs in to the console, once, within an hour.",
            discussion: "The link leads to TROUPE_HTTP. Behind a proxy, put the proxy's address in its place.")

        @OptionGroup var shared: SharedOptions

        func run() async throws {
            let settings = try shared.settings()
            let now = SystemClock().now()
            let tables = AppTables(database: try Foundations.openDatabase(settings, at: now))
            Terminal.say(try await tables.consoleLink(to: settings.http, at: now) { UInt64.random(in: .min ... .max) })
        }
    }
}
