import Support

/// Whether those who logged in with Discord still own the bot: Discord is asked again every few minutes.
///
/// While Discord does not say, what was known holds, and who was let in stays in: the console is wanted most when something is amiss.
actor Ownership {
    static let lifetime: Duration = .seconds(300)
    /// Nobody else is ever let in, so there are few.
    private static let capacity = 1_000

    private struct Known {
        var isOwner: Bool
        var askAgainAt: Timestamp
    }

    private let clock: any WallClock
    private let ask: @Sendable (UInt64) async throws -> Bool
    private var known: [UInt64: Known] = [:]

    init(clock: any WallClock, ask: @escaping @Sendable (UInt64) async throws -> Bool) {
        self.clock = clock
        self.ask = ask
    }

    /// Asks Discord.
    func find(_ person: UInt64) async throws -> Bool {
        let isOwner = try await ask(person)
        learn(person, isOwner)
        return isOwner
    }

    /// As far as is known, and newer than some minutes where Discord answers.
    func holds(for person: UInt64) async -> Bool {
        let before = known[person]
        if let before, clock.now() < before.askAgainAt { return before.isOwner }
        // Others who come meanwhile do not ask too.
        learn(person, before?.isOwner ?? true)
        return (try? await find(person)) ?? before?.isOwner ?? true
    }

    private func learn(_ person: UInt64, _ isOwner: Bool) {
        if known.count >= Self.capacity { known.removeAll() }
        known[person] = Known(isOwner: isOwner, askAgainAt: clock.now() + Self.lifetime)
    }
}
