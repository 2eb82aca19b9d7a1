import Support

/// What is known of one of a model's servers: its pace, what it has in hand, whether it is well. Part of ``ServerSchedule``.
struct ServerShare: Sendable {
    /// Requests at a time.
    let lanes: Int
    /// Measured, newer work counting more; first the operator's guess.
    private(set) var secondsPerPicture: Double
    var breaker: CircuitBreaker
    private var running: [Int: InHand] = [:]
    private var tooMuch: TooMuch?
    private var isMeasured = false

    /// How much a new measurement counts.
    private static let newest = 0.3
    /// How long it is remembered that something did not fit: other programs come and go.
    private static let memory = Duration.seconds(600)

    private struct InHand: Sendable {
        var pictures: Int
        var since: Timestamp
    }

    private struct TooMuch: Sendable {
        var pixels: Int
        var until: Timestamp
    }

    init(lanes: Int, secondsPerPicture: Double, breaker: CircuitBreaker = CircuitBreaker()) {
        self.lanes = max(1, lanes)
        self.secondsPerPicture = max(0.001, secondsPerPicture)
        self.breaker = breaker
    }

    var requestsInHand: Int { running.count }
    var hasFreeLane: Bool { requestsInHand < lanes }
    var picturesInHand: Int { running.values.reduce(0) { $0 + $1.pictures } }

    /// Seconds until what is in hand is expected to be done; what takes longer than expected is taken to go on for a quarter more.
    func freeAfter(at now: Timestamp) -> Double {
        let left = running.values.reduce(0.0) { sum, work in
            let elapsed = (now - work.since).inSeconds
            return sum + max(Double(work.pictures) * secondsPerPicture - elapsed, elapsed / 4)
        }
        return left / Double(lanes)
    }

    /// False while it is known that less than this did not fit into its memory.
    func hasRoom(for pixels: Int, at now: Timestamp) -> Bool {
        guard let tooMuch, now < tooMuch.until else { return true }
        return pixels < tooMuch.pixels
    }

    mutating func began(_ work: ServerSchedule.Work, at now: Timestamp) {
        running[work.id] = InHand(pictures: work.pictures, since: now)
    }

    mutating func ended(_ work: ServerSchedule.Work, _ outcome: ServerSchedule.Outcome, at now: Timestamp, jitter: Double) {
        guard let inHand = running.removeValue(forKey: work.id) else { return }
        switch outcome {
        case .painted:
            measure((now - inHand.since).inSeconds / Double(max(1, inHand.pictures)))
            breaker.succeeded()
        case .answered:
            breaker.succeeded()
        case .outOfMemory:
            remember(work, at: now)
            breaker.succeeded()
        case .away:
            breaker.wentAway(at: now, jitter: jitter)
        case .faulty:
            breaker.erred(at: now, jitter: jitter)
        case .busy(let until):
            breaker.pause(until: until)
        }
    }

    /// One picture that does not fit is asked for again each time: else one bad moment would keep everybody away for long.
    private mutating func remember(_ work: ServerSchedule.Work, at now: Timestamp) {
        guard work.pictures > 1 else { return }
        let known = tooMuch.flatMap { now < $0.until ? $0.pixels : nil } ?? .max
        tooMuch = TooMuch(pixels: min(known, work.pixels), until: now + Self.memory)
    }

    private mutating func measure(_ seconds: Double) {
        let seconds = max(0.001, seconds)
        secondsPerPicture = isMeasured ? secondsPerPicture * (1 - Self.newest) + seconds * Self.newest : seconds
        isMeasured = true
    }
}
