import ArgumentParser
import Features
import Jobs
import Memory
import Support

/// `troupe clone talk`: a talk with a clone on the command line, as it would answer in Discord.
struct CloneTalk: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "talk", abstract: "Talk with a clone at the terminal; nothing of it is kept.",
        discussion: "With a message, it is answered and the command ends. Without one, each line of standard input is a message.")

    @Argument(help: "The id of the person's account.")
    var person: UInt64

    @Argument(help: "What to say (default: lines of standard input).")
    var message: String?

    @Option(help: ArgumentHelp("The folder of a GPT-2 that learnt this person whole (clone train --full).", valueName: "folder"))
    var whole: String?

    @OptionGroup var owner: CloneOwner
    @OptionGroup var shared: SharedOptions

    func run() async throws {
        let settings = try shared.settings()
        let store = try CloneStore(settings)
        let clone = try await owner.clone(of: person, in: store)
        guard clone.state == .active else { throw CommandFailure("\(clone.name) paused their clone: it says nothing") }
        let writer = ClonesFeature.writer(
            clones: store, models: try ModelShelf.textModels(settings),
            adapted: whole.map { ModelShelf.adaptedModel(base: $0) } ?? ModelShelf.adaptedModel(settings), isWhole: whole != nil,
            configuration: settings.cloneRules.configuration, randomness: ModelShelf.seeds, logger: shared.logger())
        var before: [String] = []
        func answer(_ message: String) async throws {
            do {
                let line = try await writer.line(of: clone, to: message, by: "you", before: before)
                Terminal.say("AI of @\(clone.name): \(line ?? "(nothing that may be said)")")
                if let line { before = before.suffix(5) + [line] }
            } catch let failure as WorkFailure {
                throw CommandFailure(failure.failure.userMessage ?? failure.failure.message)
            }
        }
        if let message { return try await answer(message) }
        for await line in StandardInput.lines(prompt: "> ") {
            guard let line else { break }
            if !line.allSatisfy(\.isWhitespace) { try await answer(line) }
        }
    }
}
