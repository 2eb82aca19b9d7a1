import Discord
import DiscordModels

/// The bot's application and whose it is: asked of Discord once, when it first matters.
actor OwnApplication {
    private let ask: @Sendable () async throws -> CurrentApplication
    private var known: CurrentApplication?

    init(ask: @escaping @Sendable () async throws -> CurrentApplication) { self.ask = ask }

    func isOwned(by user: UserID) async throws -> Bool { try await get().owners.contains(user) }

    func id() async throws -> ApplicationID { try await get().id }

    private func get() async throws -> CurrentApplication {
        if let known { return known }
        let application = try await ask()
        known = application
        return application
    }
}
