import ArgumentParser
import Foundation
import Logging

/// The options that every command has, and what they are read into.
struct SharedOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The configuration file (default: troupe.yaml, where there is one).", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("The database: sqlite:FILE or postgres://… (default: sqlite:troupe.db).", valueName: "address"))
    var database: String?

    @Option(help: ArgumentHelp("How much to log: trace, debug, info, notice, warning, error.", valueName: "level"))
    var logLevel: Logger.Level = .notice

    /// Reads all layers of settings; a setting that cannot be used ends the command with its sentence.
    func settings(adding flags: [Settings.Key: String] = [:]) throws -> Settings {
        var flags = flags
        flags[.configuration] = config
        flags[.database] = database
        return try Settings.read(
            flags: flags, environment: ProcessInfo.processInfo.environment,
            folder: URL(filePath: FileManager.default.currentDirectoryPath, directoryHint: .isDirectory))
    }

    /// A logger that writes to standard error.
    func logger(_ label: String = "troupe") -> Logger {
        var logger = Logger(label: label) { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = logLevel
        return logger
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
