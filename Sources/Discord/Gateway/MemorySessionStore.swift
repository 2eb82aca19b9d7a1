import Synchronization

/// Sessions that end with the process: for tests, and where a restart may identify anew.
public final class MemorySessionStore: SessionStore {
    private let sessions: Mutex<[Int: SavedSession]>

    public init(_ sessions: [SavedSession] = []) {
        self.sessions = Mutex(Dictionary(sessions.map { ($0.shardID, $0) }) { $1 })
    }

    public func load(shardID: Int) -> SavedSession? { sessions.withLock { $0[shardID] } }

    public func save(_ session: SavedSession) { sessions.withLock { $0[session.shardID] = session } }

    public func forget(shardID: Int) { sessions.withLock { $0[shardID] = nil } }
}
