import Foundation
import Storage
import Support

/// How the latest training of a clone went, or goes.
public struct CloneTraining: Sendable, Hashable {
    /// Longer without a word from one that has not ended means that it was stopped.
    public static let silence: Duration = .seconds(60)

    public var steps: Int
    /// Steps at most.
    public var of: Int
    public var curve: LossCurve
    public var startedAt: Timestamp
    public var seenAt: Timestamp
    /// Why it ended; nil while it has not.
    public var ending: String?

    public init(steps: Int = 0, of: Int, curve: LossCurve = LossCurve(), startedAt: Timestamp, seenAt: Timestamp, ending: String? = nil) {
        self.steps = steps
        self.of = of
        self.curve = curve
        self.startedAt = startedAt
        self.seenAt = seenAt
        self.ending = ending
    }

    fileprivate init(_ row: SQLRow) throws {
        let body: String = try row.get("curve")
        self.init(
            steps: try row.get("steps"), of: try row.get("steps_at_most"),
            curve: (try? JSONDecoder().decode(LossCurve.self, from: Data(body.utf8))) ?? LossCurve(), startedAt: try row.get("started_at"),
            seenAt: try row.get("seen_at"), ending: try row.get("ending"))
    }
}

extension CloneStore {
    /// Puts down how it goes, in place of what stood there.
    ///
    /// - Returns: false where the person does not allow it, or not any more; then nothing is kept.
    @discardableResult
    public func note(_ training: CloneTraining, of clone: Clone.ID) async throws -> Bool {
        let curve = String(decoding: try JSONEncoder().encode(training.curve), as: UTF8.self)
        return try await database.write { tx in
            guard try tx.row("SELECT id FROM clones WHERE id = ? AND may_train = 1", clone) != nil else { return false }
            try tx.execute(
                """
                INSERT INTO clone_trainings (clone, steps, steps_at_most, curve, started_at, seen_at, ending) VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (clone) DO UPDATE SET steps = excluded.steps, steps_at_most = excluded.steps_at_most, curve = excluded.curve,
                    started_at = excluded.started_at, seen_at = excluded.seen_at, ending = excluded.ending
                """, clone, training.steps, training.of, curve, training.startedAt, training.seenAt, training.ending)
            return true
        }
    }

    public func training(of clone: Clone.ID) async throws -> CloneTraining? {
        try await database.read { tx in try tx.row("SELECT * FROM clone_trainings WHERE clone = ?", clone).map(CloneTraining.init) }
    }

    /// The latest of all clones, those seen last first.
    public func trainings(limit: Int) async throws -> [(name: String, training: CloneTraining)] {
        try await database.read { tx in
            try tx.rows(
                """
                SELECT t.*, c.name FROM clone_trainings t JOIN clones c ON c.id = t.clone ORDER BY t.seen_at DESC, t.clone LIMIT ?
                """, limit
            ).map { (name: try $0.get("name"), training: try CloneTraining($0)) }
        }
    }
}
