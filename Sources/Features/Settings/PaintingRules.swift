import Memory
import Support
import Synchronization

/// The painting settings of guilds, read through a small cache: so that a guild's rules cost no query a request, and a
/// request can often be refused in its very first answer.
final class PaintingRules: Sendable {
    private static let lifetime: Duration = .seconds(30)
    private static let capacity = 1_000

    private struct Known {
        var settings: PaintingSettings
        var until: Timestamp
    }

    private let store: GuildSettingsStore?
    private let clock: any WallClock
    private let known = Mutex<[UInt64: Known]>([:])

    /// - Parameter store: nil where no guild has settings of its own.
    init(_ store: GuildSettingsStore?, clock: any WallClock) {
        self.store = store
        self.clock = clock
    }

    /// What is known without asking anybody; nil where the database must be asked.
    func settingsAtHand(of guild: UInt64?) -> PaintingSettings? {
        guard let guild, store != nil else { return PaintingSettings() }
        let now = clock.now()
        return known.withLock { $0[guild].flatMap { $0.until > now ? $0.settings : nil } }
    }

    func settings(of guild: UInt64?) async throws -> PaintingSettings {
        if let settings = settingsAtHand(of: guild) { return settings }
        guard let guild, let store else { return PaintingSettings() }
        let settings = try await store.settings(PaintingSettings.self, for: PaintingSettings.feature, of: GuildKey(guild)) ?? .init()
        remember(settings, of: guild)
        return settings
    }

    /// Changes them for good.
    ///
    /// - Parameter change: changes the settings and says what it did, or throws why not.
    func change(
        of guild: UInt64, by person: UInt64, _ change: @escaping @Sendable (inout PaintingSettings) throws -> String?
    ) async throws {
        guard let store else { return }
        let settings = try await store.change(
            PaintingSettings.feature, of: GuildKey(guild), from: PaintingSettings(), by: PersonKey(person), at: clock.now(), change)
        remember(settings, of: guild)
    }

    func changes(of guild: UInt64) async throws -> [GuildSettingsStore.Change] {
        try await store?.changes(of: PaintingSettings.feature, in: GuildKey(guild), limit: 5) ?? []
    }

    private func remember(_ settings: PaintingSettings, of guild: UInt64) {
        let until = clock.now() + Self.lifetime
        known.withLock { known in
            if known.count >= Self.capacity, known[guild] == nil, let oldest = known.min(by: { $0.value.until < $1.value.until })?.key {
                known[oldest] = nil
            }
            known[guild] = Known(settings: settings, until: until)
        }
    }
}
