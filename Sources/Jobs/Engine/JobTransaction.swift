import Support

/// What the rules of the queue need from a store, within one transaction.
///
/// The rules (`JobTransaction+….swift`) are written once, over these reads and writes; a driver keeps rows and finds the
/// next one. A rule decides first and writes last, so that a refusal leaves nothing behind even where nothing rolls back.
///
/// Where others write at the same time, a driver keeps what a rule decides on as it is until the transaction ends. Rules take
/// in one order, so that no two wait for one another: a person, jobs, lines, shares, deliveries.
protocol JobTransaction {
    /// To be sent once the transaction has been committed.
    var signals: [JobSignal] { get set }

    // MARK: Jobs
    func job(_ requestID: RequestID) throws -> Job?
    /// The job, kept as it is for this transaction.
    func keptJob(_ requestID: RequestID) throws -> Job?
    /// Stores a new job and gives it its id.
    mutating func insert(_ job: Job) throws -> Job
    /// Removes a job and all that is kept with it: files, output, deliveries.
    mutating func remove(_ job: Job) throws
    /// Writes everything of the job that can change.
    mutating func update(_ job: Job) throws
    mutating func updateLease(_ job: Job) throws
    mutating func updateProgress(_ job: Job) throws
    /// Kept: nobody else enqueues for this person until the transaction ends.
    func waitingCount(user: String) throws -> Int
    /// The available job that goes next: highest priority, smallest place, smallest id; passing over jobs past their
    /// deadline, of another kind, behind their serial key, or of a user with `runningPerUser` jobs running.
    /// - Parameters:
    ///   - kinds: nil is all.
    ///   - keeping: keep it for this transaction; those that others keep are passed over.
    mutating func nextClaimable(queue: String, kinds: [String]?, at now: Timestamp, runningPerUser: Int, keeping: Bool) throws -> Job?
    /// Whether nobody else can write during this transaction.
    var isAlone: Bool { get }
    /// Available jobs of the queue that go before this one: how many, and their units.
    func ahead(of job: Job) throws -> (jobs: Int, units: Int)
    /// Cost and progress of the jobs running in a queue.
    func running(queue: String) throws -> [(cost: Int, progress: Double)]
    // The next three keep what they find, and pass over what others keep.

    /// Scheduled and retryable jobs whose moment has come, earliest first.
    func dueJobs(at now: Timestamp, limit: Int) throws -> [Job]
    /// Running jobs whose lease has run out, earliest first.
    func lostJobs(at now: Timestamp, limit: Int) throws -> [Job]
    /// Waiting jobs past their deadline, earliest first.
    func expiredJobs(at now: Timestamp, limit: Int) throws -> [Job]

    // MARK: Lines and shares
    /// Kept, with the shares in it.
    func line(_ queue: String) throws -> QueueLine
    mutating func move(_ queue: String, by step: LineStep) throws
    func lastTag(_ holder: ShareHolder) throws -> Int64?
    mutating func setLastTag(_ tag: Int64, of holder: ShareHolder) throws
    /// Sets it to `earlier` if it is `tag`.
    mutating func returnTag(_ tag: Int64, to earlier: Int64, of holder: ShareHolder) throws

    // MARK: Files
    mutating func insert(startingFiles files: [OutputFile], of requestID: RequestID) throws
    /// What there is to see of a running job; nil removes it.
    mutating func setPreview(_ preview: OutputFile?, of requestID: RequestID) throws

    // MARK: Outputs
    func output(of requestID: RequestID) throws -> JobOutput?
    mutating func insert(_ output: JobOutput, of requestID: RequestID, at now: Timestamp) throws

    // MARK: Outbox
    /// Stores a delivery unless there is one with its request, kind and sequence. Returns whether it is new.
    mutating func insert(_ delivery: NewDelivery, at now: Timestamp) throws -> Bool
    /// Kept.
    func delivery(_ id: Int64) throws -> Delivery?
    func deliveries(of requestID: RequestID) throws -> [Delivery]
    mutating func update(_ delivery: Delivery) throws
    /// Due deliveries that wait or whose lease ran out and that are the first open one of their request, earliest first. Kept.
    func dueDeliveries(at now: Timestamp, limit: Int) throws -> [Delivery]
}

/// The state of one queue as a whole.
struct QueueLine: Sendable, Hashable {
    let queue: String
    /// Virtual time over users, and over guilds; see ``FairShare``.
    var time: Int64 = 0
    var guildTime: Int64 = 0
    /// Jobs available, scheduled or retryable.
    var waiting = 0
}

/// How a line moves on. Steps of several transactions add up in any order.
struct LineStep: Sendable, Hashable {
    /// The virtual times are at least these from now on.
    var time: Int64 = 0
    var guildTime: Int64 = 0
    /// Jobs that came to wait, less those that went.
    var waiting = 0

    mutating func claim(_ place: FairPlace) {
        time = max(time, place.tag)
        guildTime = max(guildTime, place.guildTag)
        waiting -= 1
    }
}

/// Who has a share of a queue.
struct ShareHolder: Sendable, Hashable {
    enum Level: String, Sendable { case user, guild }

    let queue: String
    let level: Level
    let key: String
}
