import ArgumentParser
import Features
import Inference
import Memory
import ServiceLifecycle
import Support

/// `troupe clone serve`: clones for other programs on this machine.
struct CloneServe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Offer clones to other programs: GET / with a header prompt, as BotConvo asks, and OpenAI's API.",
        discussion: """
            The model's name is the clone's. /v1/chat/completions and /v1/completions want TROUPE_SERVE_TOKEN, or where that is not set, a \
            token that is printed at the start; GET / wants none from this machine (with several clones, a header model says which). Each \
            answer is asked of the person's word anew: a clone that is paused or forgotten says nothing from that moment on. It says what it \
            would say in Discord: of the wishes in a request none counts but the last thing said.
            """)

    @Argument(help: "The ids of the persons' accounts (default: all whose clones are not paused).")
    var people: [UInt64] = []

    @Option(help: ArgumentHelp("Where to listen; port 0 takes any free one.", valueName: "host:port"))
    var at = "127.0.0.1:8092"

    @OptionGroup var owner: CloneOwner
    @OptionGroup var shared: SharedOptions

    func run() async throws {
        guard let address = Address(at) else { throw ValidationError("--at needs HOST:PORT, as 127.0.0.1:8092, not \(at)") }
        let settings = try shared.settings()
        let store = try CloneStore(settings)
        var clones: [Clone] = []
        for person in people {
            let clone = try await owner.clone(of: person, in: store)
            guard clone.state == .active else { throw CommandFailure("\(clone.name) paused their clone: it says nothing") }
            if !clones.contains(clone) { clones.append(clone) }
        }
        if people.isEmpty {
            clones = try await store.clones().filter { $0.state == .active && (owner.guild.map(GuildKey.init(_:)) ?? $0.guild) == $0.guild }
        }
        guard !clones.isEmpty else { throw CommandFailure("nobody allowed a clone: people do it in Discord with /clone allow") }
        let writer = ClonesFeature.writer(
            clones: store, models: try ModelShelf.textModels(settings), adapted: ModelShelf.adaptedModel(settings),
            configuration: settings.cloneRules.configuration, randomness: ModelShelf.seeds, logger: shared.logger())
        let services = ServingPart.services(
            clones: TextModelCatalog(ServedClone.all(clones, in: store, writer: writer)), at: address, settings: settings,
            randomness: ModelShelf.seeds, logger: shared.logger())
        try await Company.group(services, logger: shared.logger()).run()
    }
}
