import Logging
import Support
import Synchronization

// The session outlives the process: read at the start, saved as events are done with.

extension Shard {
    /// Takes up the saved session where it is young enough and was this very shard's. Says whether there is one.
    func loadSession() async -> Bool {
        let saved: SavedSession?
        do {
            saved = try await sessions.load(shardID: configuration.shardID)
        } catch {
            logger.error("saved session not read; identifying anew", metadata: ["error": "\(error)"])
            return false
        }
        guard let saved, saved.shardCount == configuration.shardCount, saved.gatewayURL == configuration.address.description,
            clock.now() - saved.savedAt <= configuration.maxSessionAge, let address = try? GatewayAddress(saved.resumeURL)
        else { return false }
        state.withLock { state in
            state.machine.session = .init(id: saved.sessionID, address: address, sequence: saved.sequence)
            state.tracker.begin(at: saved.sequence)
            state.heardAt = saved.savedAt
        }
        return true
    }

    func keepSaving(_ changes: AsyncStream<Void>) async {
        for await _ in changes {
            await save()
            do { try await clock.sleep(for: configuration.saveInterval) } catch { return }
        }
    }

    /// Saves the session as far as its events have been handled, or forgets it when it is gone.
    func save() async {
        let session = state.withLock { state in
            state.machine.session.map { session in
                SavedSession(
                    sessionID: session.id, resumeURL: session.address.description, gatewayURL: configuration.address.description,
                    sequence: min(session.sequence, state.tracker.handled), shardID: configuration.shardID,
                    shardCount: configuration.shardCount, savedAt: state.heardAt)
            }
        }
        do {
            if let session { try await sessions.save(session) } else { try await sessions.forget(shardID: configuration.shardID) }
        } catch {
            logger.error("gateway session not saved", metadata: ["error": "\(error)"])
        }
    }
}
