import Support

/// What a caller asks to be done.
public struct NewJob: Sendable, Hashable {
    /// All files that a job starts from together, in bytes.
    public static let fileBytes = 16 * 1_024 * 1_024

    public var requestID: RequestID
    public var kind: String
    public var queue: String
    public var arguments: JobPayload
    public var user: String?
    public var guild: String?
    public var weight: Int
    public var cost: Int
    public var priority: Int
    public var serialKey: String?
    public var maxAttempts: Int
    /// Not before this moment; nil is at once.
    public var scheduledAt: Timestamp?
    public var deadline: Timestamp?
    /// What the work starts from, for instance a picture: kept with the job, and as long as its output.
    public var files: [OutputFile]
    /// Refused when its user has so many jobs waiting; nil: the queue's own limit, which holds in any case.
    public var waitingLimit: Int?

    /// - Parameters:
    ///   - weight: per cent of a normal user's share, 1…10,000.
    ///   - cost: units of work, 1…10,000.
    ///   - priority: -100…100, higher first.
    ///   - maxAttempts: 1…100.
    public init(
        requestID: RequestID, kind: String, queue: String, arguments: JobPayload = .empty, user: String? = nil,
        guild: String? = nil, weight: Int = 100, cost: Int = 1, priority: Int = 0, serialKey: String? = nil,
        maxAttempts: Int = 5, scheduledAt: Timestamp? = nil, deadline: Timestamp? = nil, files: [OutputFile] = [],
        waitingLimit: Int? = nil
    ) {
        self.requestID = requestID
        self.kind = kind
        self.queue = queue
        self.arguments = arguments
        self.user = user
        self.guild = guild
        self.weight = weight
        self.cost = cost
        self.priority = priority
        self.serialKey = serialKey
        self.maxAttempts = maxAttempts
        self.scheduledAt = scheduledAt
        self.deadline = deadline
        self.files = files
        self.waitingLimit = waitingLimit
    }

    /// Refuses what the schema would refuse, with a better sentence.
    func validate() throws(JobQueueError) {
        func check(_ valid: Bool, _ what: String) throws(JobQueueError) {
            if !valid { throw JobQueueError(.invalidJob, requestID, what) }
        }
        try check((1...100).contains(kind.utf8.count), "the kind must have 1 to 100 bytes")
        try check((1...100).contains(queue.utf8.count), "the queue's name must have 1 to 100 bytes")
        for (key, name) in [(user, "user key"), (guild, "guild key"), (serialKey, "serial key")] {
            try check(key.map { (1...200).contains($0.utf8.count) } ?? true, "the \(name) must have 1 to 200 bytes")
        }
        try check(arguments.bytes.count <= JobPayload.limit, "the arguments are larger than \(JobPayload.limit) bytes")
        try check((1...10_000).contains(weight), "the weight must be 1 to 10,000 per cent, not \(weight)")
        try check((1...10_000).contains(cost), "the cost must be 1 to 10,000 units, not \(cost)")
        try check((-100...100).contains(priority), "the priority must be -100 to 100, not \(priority)")
        try check((1...100).contains(maxAttempts), "the attempts must be 1 to 100, not \(maxAttempts)")
        if let problem = OutputFile.problem(of: files, fileLimit: 8, byteLimit: Self.fileBytes) {
            throw JobQueueError(.invalidJob, requestID, "what it starts from: \(problem)")
        }
    }
}
