import Memory
import Support

/// Keeps what is known of a few persons' style ready, and forgets it when it is no longer what is kept.
actor StyleShelf {
    /// Ready at a time.
    static let places = 16

    private struct Entry {
        var taughtAt: Timestamp?
        var index: StyleIndex
        var usedAt: Int
    }

    private let clones: CloneStore
    private var entries: [Clone.ID: Entry] = [:]
    private var uses = 0

    init(clones: CloneStore) { self.clones = clones }

    func index(of clone: Clone) async throws -> StyleIndex {
        uses += 1
        if let entry = entries[clone.id], entry.taughtAt == clone.taughtAt {
            entries[clone.id]?.usedAt = uses
            return entry.index
        }
        let index = StyleIndex(try await clones.examples(of: clone.id))
        entries[clone.id] = Entry(taughtAt: clone.taughtAt, index: index, usedAt: uses)
        if entries.count > Self.places, let oldest = entries.min(by: { $0.value.usedAt < $1.value.usedAt }) { entries[oldest.key] = nil }
        return index
    }

    func drop(_ clone: Clone.ID) { entries[clone] = nil }
}
