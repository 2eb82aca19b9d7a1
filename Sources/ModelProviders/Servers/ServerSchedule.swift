import Support

/// Which server paints what, where several serve one model. Pure: events come in, assignments come out.
///
/// Work is taken in the order in which it came, and each goes where it is expected to be finished first, by the measured seconds
/// a picture and the pictures in hand. Where that is a server which is still busy, it waits for that one: a slow server is used
/// exactly when waiting for a fast one would take longer. Only when there is as much in hand as is taken at a time, so that others
/// surely wait behind it, no server is left idle whose work would be missed.
struct ServerSchedule: Sendable {
    /// One request for pictures.
    struct Work: Sendable, Hashable {
        let id: Int
        let pictures: Int
        /// Of all its pictures.
        let pixels: Int
        /// After this moment it no longer waits for servers that are away.
        let patience: Timestamp
        /// Servers that failed at it.
        var tried: Set<Int> = []
    }

    enum Assignment: Sendable, Hashable {
        case start(work: Int, server: Int)
        /// No server is left that did not fail at it.
        case giveUp(work: Int)
        /// Every server is away, or wants a pause, for longer than it would wait.
        case noServer(work: Int, until: Timestamp?)
        /// Every server has lately shown that it has too little memory for this.
        case tooLarge(work: Int)
    }

    /// How a server's work ended.
    enum Outcome: Sendable, Hashable {
        case painted
        /// It answered, and well, but not with pictures: a refusal, or nobody waits any more.
        case answered
        case outOfMemory
        case away
        case faulty
        case busy(until: Timestamp)
    }

    /// A server that takes more than so many times as long as the best adds too little to have somebody wait for it.
    private static let slowest = 8.0

    private(set) var servers: [ServerShare]
    private(set) var waiting: [Work] = []

    init(servers: [ServerShare]) { self.servers = servers }

    /// Requests that should be in hand at a time: one more for each server than it works on, for it need not wait for us between
    /// two then, and we see ahead.
    var requestsAtATime: Int { servers.reduce(0) { $0 + $1.lanes + 1 } }

    mutating func add(_ work: Work) { waiting.append(work) }

    /// Takes work back that failed on a server; it is before all that came later.
    mutating func addBack(_ work: Work) { waiting.insert(work, at: waiting.firstIndex { $0.id > work.id } ?? waiting.endIndex) }

    /// Forgets work that still waits.
    mutating func remove(_ id: Int) { waiting.removeAll { $0.id == id } }

    mutating func ended(_ work: Work, on server: Int, _ outcome: Outcome, at now: Timestamp, jitter: Double) {
        servers[server].ended(work, outcome, at: now, jitter: jitter)
    }

    /// What can be decided now. Call it after every event, and again at ``nextMoment(after:)``.
    mutating func decide(at now: Timestamp) -> [Assignment] {
        var assignments: [Assignment] = []
        // When each server will have done all that is in hand and was given to it in this pass.
        var free = servers.map { $0.freeAfter(at: now) }
        let isFull = servers.reduce(waiting.count) { $0 + $1.requestsInHand } >= requestsAtATime
        waiting.removeAll { work in
            let untried = servers.indices.filter { !work.tried.contains($0) }
            guard !untried.isEmpty else {
                assignments.append(.giveUp(work: work.id))
                return true
            }
            let fitting = untried.filter { servers[$0].hasRoom(for: work.pixels, at: now) }
            guard !fitting.isEmpty else {
                assignments.append(.tooLarge(work: work.id))
                return true
            }
            let open = fitting.filter { servers[$0].breaker.admitsWork(at: now) }
            guard !open.isEmpty else {
                let next = fitting.compactMap { servers[$0].breaker.nextChange(after: now) }.min()
                guard now >= work.patience || next.map({ $0 > work.patience }) ?? false else { return false }
                assignments.append(.noServer(work: work.id, until: next))
                return true
            }
            func finish(_ server: Int) -> Double { free[server] + Double(work.pictures) * servers[server].secondsPerPicture }
            var best = open.min { finish($0) < finish($1) }!
            if isFull, !servers[best].hasFreeLane {
                let slowest = Self.slowest * servers[best].secondsPerPicture
                let idle = open.filter { servers[$0].hasFreeLane && servers[$0].secondsPerPicture <= slowest }
                best = idle.min { finish($0) < finish($1) } ?? best
            }
            free[best] = finish(best)
            guard servers[best].hasFreeLane else { return false }
            servers[best].began(work, at: now)
            assignments.append(.start(work: work.id, server: best))
            return true
        }
        return assignments
    }

    /// Servers whose breaker wants the question asked that decides; they count as being asked from now on.
    mutating func probesDue(at now: Timestamp) -> [Int] {
        let due = servers.indices.filter { servers[$0].breaker.isProbeDue(at: now) }
        for server in due { servers[server].breaker.probeBegan() }
        return due
    }

    /// - Parameter isWell: nil when the question was withdrawn.
    mutating func probed(_ server: Int, isWell: Bool?, at now: Timestamp, jitter: Double) {
        switch isWell {
        case true?: servers[server].breaker.succeeded()
        case false?: servers[server].breaker.wentAway(at: now, jitter: jitter)
        case nil: servers[server].breaker.probeAbandoned(at: now)
        }
    }

    /// The next moment at which a decision may differ without an event.
    func nextMoment(after now: Timestamp) -> Timestamp? {
        let changes = servers.compactMap { $0.breaker.nextChange(after: now) }
        return (changes + waiting.map(\.patience).filter { $0 > now }).min()
    }
}
