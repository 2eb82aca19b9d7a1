public import Support

/// A process of Troupe that said lately that it lives.
public struct ProcessRecord: Sendable, Hashable {
    /// How often each says so.
    public static let beat: Duration = .seconds(5)
    /// Longer without a word means gone.
    public static let silence: Duration = .seconds(15)

    /// Unique: host, process id and a random word.
    public var name: String
    /// What it does: `bot`, `runner`, `console`, `emulator`.
    public var parts: [String]
    /// The models that it serves.
    public var models: [String]
    /// The shards of a bot that it runs.
    public var shards: [Int] = []
    public var version: String
    public var startedAt: Timestamp
    public var seenAt: Timestamp

    public init(
        name: String, parts: [String], models: [String], shards: [Int] = [], version: String, startedAt: Timestamp, seenAt: Timestamp
    ) {
        self.name = name
        self.parts = parts
        self.models = models
        self.shards = shards
        self.version = version
        self.startedAt = startedAt
        self.seenAt = seenAt
    }
}

/// Where processes sign in.
public protocol ProcessDirectory: Sendable {
    func note(_ process: ProcessRecord) async throws
    func leave(_ name: String) async throws
    func processes(seenSince moment: Timestamp) async throws -> [ProcessRecord]
}
