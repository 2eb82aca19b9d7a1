import ArgumentParser
import Memory
import Storage
import Support

/// `troupe clone`: the people who may be mimicked, at the terminal.
struct CloneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clone", abstract: "Clones of consenting people: import what they wrote, train, talk, list, forget.",
        discussion: """
            Nobody is mimicked who did not say so: a person says it in Discord with /clone allow; you may say it for a person, with their \
            leave, when you import their own data package. Nothing is trained unless the person allowed that too and you do it (train): else a \
            model is shown what they wrote.
            Discord's developer policy forbids training on messages taken through its API without Discord's leave.
            """,
        subcommands: [
            CloneImport.self, CloneConsent.self, CloneTrain.self, CloneTalk.self, CloneServe.self, CloneList.self, CloneForget.self,
        ])
}

/// Whose clone a command means.
struct CloneOwner: ParsableArguments {
    @Option(help: "The guild's id. Needed where the person's clones are not in one guild alone.")
    var guild: UInt64?

    /// The clone of the person by id; the only one there is, or the one in `--guild`.
    func clone(of person: UInt64, in store: CloneStore) async throws -> Clone {
        if let guild {
            guard let clone = try await store.clone(of: PersonKey(person), in: GuildKey(guild)) else {
                throw CommandFailure("\(person) allowed no clone in the guild \(guild): they do it there with /clone allow")
            }
            return clone
        }
        let clones = try await store.clones().filter { $0.person == PersonKey(person) }
        guard let clone = clones.first else {
            throw CommandFailure("\(person) allowed no clone: they do it in Discord with /clone allow")
        }
        guard clones.count == 1 else {
            throw CommandFailure("\(person) allowed clones in \(clones.count) guilds: name one of \(list(clones)) with --guild")
        }
        return clone
    }

    private func list(_ clones: [Clone]) -> String { clones.map { "\($0.guild)" }.joined(separator: ", ") }
}

extension CloneStore {
    /// In the configured database.
    init(_ settings: Settings) throws { self.init(try Foundations.openDatabase(settings, at: SystemClock().now())) }
}
