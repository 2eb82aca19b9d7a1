import ArgumentParser
import Features
import Foundation
import Memory

/// `troupe user`: what is kept of a person, for the operator whom they ask.
struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Export or forget what is kept of a person.",
        discussion: "People can do the same themselves with /privacy.", subcommands: [Export.self, Forget.self])

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Write all that is kept of a user into a ZIP file.")

        @Argument(help: "The user's id on Discord.")
        var id: UInt64

        @Option(name: .shortAndLong, help: ArgumentHelp("Where to write it (default: user-ID.zip).", valueName: "file"))
        var output: String?

        @OptionGroup var shared: SharedOptions

        func run() async throws {
            let base = try Foundations(settings: shared.settings(), logger: shared.logger())
            let file = output ?? "user-\(id).zip"
            guard !FileManager.default.fileExists(atPath: file) else {
                throw CommandFailure("\(file) is there already; name another with --output")
            }
            let bytes = try await base.archive.export(PersonKey(id), atMost: 1 << 30)
            do { try Data(bytes).write(to: URL(filePath: file)) } catch { throw CommandFailure("\(file) cannot be written: \(error)") }
            Terminal.say("\(file): \(bytes.count) bytes")
        }
    }

    struct Forget: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Erase all that is kept of a user, and stop what is under way.",
            discussion: "The bookkeeping of credits stays. Without --yes it only tells how much there is.")

        @Argument(help: "The user's id on Discord.")
        var id: UInt64

        @Flag(help: "Really do it.")
        var yes = false

        @Flag(help: "Print the receipt as JSON.")
        var json = false

        @OptionGroup var shared: SharedOptions

        func run() async throws {
            let archive = try Foundations(settings: shared.settings(), logger: shared.logger()).archive
            let receipt = yes ? try await archive.erase(PersonKey(id)) : try await archive.count(PersonKey(id))
            if json { try Terminal.say(json: receipt) } else { Terminal.say(yes ? receipt.erasedLine : receipt.keptLine) }
        }
    }
}
