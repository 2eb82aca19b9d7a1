import Discord
import DiscordModels

/// Whom the application belongs to: asked of Discord once, when it first matters.
actor Owners {
    private let ask: @Sendable () async throws -> Set<UserID>
    private var known: Set<UserID>?

    init(ask: @escaping @Sendable () async throws -> Set<UserID>) { self.ask = ask }

    func contains(_ user: UserID) async throws -> Bool {
        if let known { return known.contains(user) }
        let owners = try await ask()
        known = owners
        return owners.contains(user)
    }
}
