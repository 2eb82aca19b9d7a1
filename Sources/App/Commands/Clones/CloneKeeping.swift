import ArgumentParser
import Memory
import Support

/// `troupe clone consent`: shows the words on record, or puts the operator's on record for a person's own data package.
struct CloneConsent: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consent", abstract: "The words in which a person allowed their clone.",
        discussion: """
            With --words you put on record that the person gave you their own data package for this, and how they said so. Where the person \
            spoke for themselves (/clone allow), their words stay.
            """)

    @Argument(help: "The id of the person's account.")
    var person: UInt64

    @Option(help: "Your written word: who allowed it, how and when.")
    var words: String?

    @Option(help: "With --words: what the person is called.")
    var name: String?

    @Flag(help: "With --words: they allow that a model learns from what they wrote, and is not only shown it.")
    var training = false

    @OptionGroup var owner: CloneOwner
    @OptionGroup var shared: SharedOptions

    func run() async throws {
        let store = try CloneStore(shared.settings())
        if let words {
            guard let guild = owner.guild, let name, !name.isEmpty else { throw ValidationError("--words needs --guild and --name") }
            guard words.contains(where: { !$0.isWhitespace }) else { throw ValidationError("--words is blank") }
            let clone = try await store.allow(
                PersonKey(person), in: GuildKey(guild), name: name, words: words, by: .operator, mayTrain: training,
                at: SystemClock().now())
            if clone == nil { throw CommandFailure("the person spoke for themselves; their words stay") }
        }
        let clone = try await owner.clone(of: person, in: store)
        Terminal.say(
            "\(clone.name) (\(clone.person)) in the guild \(clone.guild), \(clone.state.rawValue), \(clone.mayTrain ? "may be trained" : "not to be trained"); by the \(clone.wordsBy.rawValue): “\(clone.words)”"
        )
    }
}

/// `troupe clone list`.
struct CloneList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Who may be mimicked, and what is kept of them.")

    private struct Line: Encodable {
        var person: String
        var guild: String
        var name: String
        var state: String
        var wordsBy: String
        var words: String
        var mayTrain: Bool
        var isTrained: Bool
        var examples: Int
        var lines: Int
        var points: Int
    }

    @Flag(help: "Print it as JSON.")
    var json = false

    @OptionGroup var shared: SharedOptions

    func run() async throws {
        let store = try CloneStore(shared.settings())
        var lines: [Line] = []
        for clone in try await store.clones() {
            let held = try await store.holdings(of: clone.id)
            lines.append(
                Line(
                    person: "\(clone.person)", guild: "\(clone.guild)", name: clone.name, state: clone.state.rawValue,
                    wordsBy: clone.wordsBy.rawValue, words: clone.words, mayTrain: clone.mayTrain, isTrained: held.adapters > 0,
                    examples: held.examples, lines: held.lines, points: held.points))
        }
        if json { return try Terminal.say(json: lines) }
        if lines.isEmpty { Terminal.say("nobody allowed a clone: people do it in Discord with /clone allow") }
        for line in lines {
            Terminal.say(
                "\(line.name) (\(line.person)) in \(line.guild): \(line.state), \(line.isTrained ? "trained" : line.mayTrain ? "may be trained" : "not to be trained"), \(line.examples) examples, said \(line.lines); “\(line.words)”"
            )
        }
    }
}

/// `troupe clone forget`.
struct CloneForget: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget", abstract: "Erase a person's clone with all that it was taught and said.")

    @Argument(help: "The id of the person's account.")
    var person: UInt64

    @Option(help: "Only in this guild; everywhere without it.")
    var guild: UInt64?

    @OptionGroup var shared: SharedOptions

    func run() async throws {
        let settings = try shared.settings()
        let store = try CloneStore(settings)
        let erasure = try await store.erase(PersonKey(person), in: guild.map { GuildKey($0) }, at: SystemClock().now())
        try await TrainingFolders(settings).sweep(store)
        Terminal.say(
            "erased \(erasure.clones) clones, \(erasure.holdings.examples) examples, \(erasure.holdings.adapters) trained adapters, \(erasure.holdings.lines) lines, \(erasure.holdings.ratings) ratings"
        )
    }
}
