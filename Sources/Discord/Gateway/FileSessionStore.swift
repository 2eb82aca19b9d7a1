import Foundation

/// Sessions in a folder, one small JSON file a shard, each replaced whole so that a crash leaves the old or the new one.
///
/// An unreadable file counts as no session: the shard then identifies, and the next save mends it.
public struct FileSessionStore: SessionStore {
    private let folder: URL

    /// - Parameter folder: made at the first save.
    public init(folder: URL) { self.folder = folder }

    private func file(_ shardID: Int) -> URL { folder.appendingPathComponent("gateway-session-\(shardID).json") }

    public func load(shardID: Int) async throws -> SavedSession? {
        guard let data = try? Data(contentsOf: file(shardID)) else { return nil }
        return try? JSONDecoder().decode(SavedSession.self, from: data)
    }

    public func save(_ session: SavedSession) async throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try JSONEncoder().encode(session).write(to: file(session.shardID), options: .atomic)
    }

    public func forget(shardID: Int) async throws {
        guard FileManager.default.fileExists(atPath: file(shardID).path) else { return }
        try FileManager.default.removeItem(at: file(shardID))
    }
}
