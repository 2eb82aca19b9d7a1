import Discord
import DiscordModels
import Support

/// The bot's application and whose it is: asked of Discord when it first matters, and again when that is long ago, for owners change.
actor OwnApplication {
    private static let lifetime: Duration = .seconds(600)

    private let clock: any WallClock
    private let ask: @Sendable () async throws -> CurrentApplication
    private var known: (application: CurrentApplication, since: Timestamp)?

    init(clock: any WallClock, ask: @escaping @Sendable () async throws -> CurrentApplication) {
        self.clock = clock
        self.ask = ask
    }

    func isOwned(by user: UserID) async throws -> Bool { try await get().owners.contains(user) }

    func id() async throws -> ApplicationID { try await get().id }

    private func get() async throws -> CurrentApplication {
        if let known, clock.now() < known.since + Self.lifetime { return known.application }
        let application = try await ask()
        known = (application, clock.now())
        return application
    }
}
