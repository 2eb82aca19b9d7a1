import DiscordModels
import Jobs
import Support

/// All that can be configured, with the defaults under which `troupe run` works with nothing set.
///
/// Reading is separate: see `Settings+Reading.swift`.
struct Settings: Sendable {
    /// The bot's token. None: Troupe brings its own Discord.
    var discordToken: Secret?
    var discordAPIBaseURL = "https://discord.com/api/v10"
    /// Guilds on which commands are registered at once. None: globally.
    var testGuildIDs: [GuildID] = []
    /// May hold a password: ``DatabaseLocation`` prints it without.
    var database = "sqlite:troupe.db"
    /// A Redis that keeps the jobs; nil: the database does.
    var queue: RedisAddress?
    /// How long what a process had in hand when it died waits to be taken up again.
    var lease = Duration.seconds(15)
    /// Where the steps of requests are told to, over OTLP; nil: nowhere.
    var traces: String?
    /// Whether requests are priced and paid for. Off: nothing of credits is to be seen.
    var hasCredits = false
    var creditRules = CreditSettings()
    var shop = ShopSettings()
    var cloneRules = CloneSettings()
    /// Whether messages that are not addressed to the bot may be read, where their authors opted in. Discord must have allowed it
    /// for the application: without a word on it only the emulator does.
    var readsMessages: Bool?
    /// Where the emulator listens.
    var emulator = Address("127.0.0.1:8081")!
    /// Where the HTTP service listens.
    var http = Address("127.0.0.1:8080")!
    /// The application's public key: with it, interactions are taken over HTTP too.
    var publicKey: String?
    /// What callers of `--serve` must show. None: one is made at the start and printed.
    var serveToken: Secret?
    /// What `${NAME}` reads.
    var variables: [String: Secret] = [:]
    /// None given: the pocket models.
    var models: [ModelSettings] = [
        ModelSettings(name: "pocket", kind: .image, engine: "pocket"), ModelSettings(name: "pocket-llama", kind: .chat, engine: "pocket"),
        ModelSettings(name: "pocket-flamingo", kind: .vision, engine: "pocket"),
    ]

    var environment: [String: String] { variables.mapValues { $0.reveal() } }
}

/// What selling credits by card needs, beside articles with a link.
struct ShopSettings: Sendable {
    /// How others reach the HTTP service.
    var publicAddress: String?
    /// Shared with the payment service, which seals with it what it tells.
    var paymentSecret: Secret?
    /// For logging in with Discord.
    var clientID: ApplicationID?
    var clientSecret: Secret?
}

/// A setting that cannot be used: which, why, and what to write instead.
struct SettingsError: Error, Equatable, CustomStringConvertible {
    var key: String
    var problem: String

    var description: String { "\(key): \(problem)" }
}
