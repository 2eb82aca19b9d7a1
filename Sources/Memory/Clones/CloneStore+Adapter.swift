import Storage
import Support

/// What a model learnt of how a person writes.
public struct CloneAdapter: Sendable, Hashable {
    /// Which base it stands on, told apart by what that says of itself.
    public var base: String
    /// `adapter_config.json` and `adapter_model.safetensors`, in PEFT's format.
    public var settings: [UInt8]
    public var weights: [UInt8]
    /// How many it was learnt from.
    public var examples: Int
    /// Of what was held out; nil where nothing was.
    public var loss: Double?
    public var trainedAt: Timestamp

    public init(base: String, settings: [UInt8], weights: [UInt8], examples: Int, loss: Double?, trainedAt: Timestamp) {
        self.base = base
        self.settings = settings
        self.weights = weights
        self.examples = examples
        self.loss = loss
        self.trainedAt = trainedAt
    }
}

extension CloneStore {
    public static let largestSettings = 64 << 10
    public static let largestWeights = 256 << 20

    /// Which adapter there is, without its numbers.
    public struct AdapterMark: Sendable, Hashable {
        public var base: String
        public var trainedAt: Timestamp
    }

    /// Keeps what was learnt, in place of what was before.
    ///
    /// - Returns: false where the person does not allow it, or not any more; then nothing is kept.
    public func keep(_ adapter: CloneAdapter, of clone: Clone.ID) async throws -> Bool {
        precondition(adapter.settings.count <= Self.largestSettings && adapter.weights.count <= Self.largestWeights, "it is too large")
        return try await database.write { tx in
            let allowed = "SELECT id FROM clones WHERE id = ? AND state = 'active' AND may_train = 1"
            guard try tx.row(allowed, clone) != nil else { return false }
            try tx.execute(
                """
                INSERT INTO clone_adapters (clone, base, settings, weights, examples, loss, trained_at) VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (clone) DO UPDATE SET base = excluded.base, settings = excluded.settings, weights = excluded.weights,
                    examples = excluded.examples, loss = excluded.loss, trained_at = excluded.trained_at
                """, clone, adapter.base, adapter.settings, adapter.weights, adapter.examples, adapter.loss, adapter.trainedAt)
            return true
        }
    }

    public func adapterMark(of clone: Clone.ID) async throws -> AdapterMark? {
        try await database.read { tx in
            try tx.row("SELECT base, trained_at FROM clone_adapters WHERE clone = ?", clone).map {
                AdapterMark(base: try $0.get("base"), trainedAt: try $0.get("trained_at"))
            }
        }
    }

    public func adapter(of clone: Clone.ID) async throws -> CloneAdapter? {
        try await database.read { tx in
            try tx.row("SELECT * FROM clone_adapters WHERE clone = ?", clone).map {
                CloneAdapter(
                    base: try $0.get("base"), settings: try $0.get("settings"), weights: try $0.get("weights"),
                    examples: try $0.get("examples"), loss: try $0.get("loss"), trainedAt: try $0.get("trained_at"))
            }
        }
    }
}
