import Storage
import Support

/// What the person wrote.
extension CloneStore {
    /// Kept of one person; of more, the latest stay.
    public static let examplesOfClone = 20_000

    /// Adds examples; those that are there already stay as they are.
    ///
    /// - Returns: how many were new; nil where there is no such clone any more.
    public func teach(_ examples: [CloneExample], to clone: Clone.ID, at now: Timestamp) async throws -> Int? {
        try await database.write { tx in
            guard try tx.execute("UPDATE clones SET taught_at = ? WHERE id = ?", now, clone) > 0 else { return nil }
            var new = 0
            for example in examples {
                new += try tx.execute(
                    """
                    INSERT INTO clone_examples (clone, mark, answers, content, said_at) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (clone, mark) DO NOTHING
                    """, clone, example.mark, example.answers?.kept(2_000), example.content.kept(4_000), example.saidAt)
            }
            return new
        }
    }

    /// Removes the oldest examples above ``examplesOfClone``. Returns how many.
    public func trim(_ clone: Clone.ID) async throws -> Int {
        try await database.write { tx in
            try tx.execute(
                """
                DELETE FROM clone_examples WHERE clone = ? AND id NOT IN (
                    SELECT id FROM clone_examples WHERE clone = ? ORDER BY COALESCE(said_at, 0) DESC, id DESC LIMIT ?)
                """, clone, clone, Self.examplesOfClone)
        }
    }

    /// The latest, newest first.
    public func examples(of clone: Clone.ID, limit: Int = examplesOfClone) async throws -> [CloneExample] {
        try await database.read { tx in
            try tx.rows(
                "SELECT content, answers, said_at FROM clone_examples WHERE clone = ? ORDER BY COALESCE(said_at, 0) DESC, id DESC LIMIT ?",
                clone, limit
            ).map { CloneExample(content: try $0.get("content"), answers: try $0.get("answers"), saidAt: try $0.get("said_at")) }
        }
    }
}

extension CloneExample {
    /// FNV-1a of text and moment: the same message of another export is the same example.
    fileprivate var mark: Int64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in content.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Int64(bitPattern: hash)
    }
}
