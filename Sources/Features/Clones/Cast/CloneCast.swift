import Memory

/// Invented characters that come with the house, for a place where nobody has allowed a clone yet. Who they are and how they learn is
/// the composition root's business.
public protocol CloneCast: Sendable {
    /// Puts on record in a guild what lets them be mimicked, with what they wrote, and has learnt what is not learnt yet. Repeated, it
    /// goes on where it was stopped; where all is done it does nothing.
    ///
    /// - Parameter progress: of all of them together, 0…1; from any thread.
    /// - Throws: `CancellationError` when told to stop.
    func prepare(in guild: GuildKey, progress: @escaping @Sendable (Double) -> Void) async throws
}
