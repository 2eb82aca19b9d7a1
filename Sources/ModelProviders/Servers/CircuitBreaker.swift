import Support

/// Whether a server is asked at all. Pure: time and chance are arguments.
///
/// Closed: it is asked. A server that is away opens it at once, one that answers nonsense after a few times in a row. Open: it
/// is left alone, longer each time. Half open: one question that costs nothing decides between the two.
struct CircuitBreaker: Sendable, Hashable {
    struct Configuration: Sendable, Hashable {
        /// Faults in a row that open it.
        var faults = 3
        var backoff = Backoff(base: .seconds(1), cap: .seconds(60))
    }

    enum State: Sendable, Hashable {
        /// With so many faults in a row.
        case closed(faults: Int)
        /// For the nth time in a row.
        case open(until: Timestamp, times: Int)
        /// A question is on its way.
        case halfOpen(times: Int)
        /// The server itself asked for a pause.
        case paused(until: Timestamp)
    }

    let configuration: Configuration
    private(set) var state = State.closed(faults: 0)

    init(configuration: Configuration = Configuration()) { self.configuration = configuration }

    /// Whether work may go there now.
    func admitsWork(at now: Timestamp) -> Bool {
        switch state {
        case .closed: true
        case .paused(let until): now >= until
        case .open, .halfOpen: false
        }
    }

    /// Whether the question is due that decides.
    func isProbeDue(at now: Timestamp) -> Bool {
        if case .open(let until, _) = state { now >= until } else { false }
    }

    /// The next moment at which something changes by itself.
    func nextChange(after now: Timestamp) -> Timestamp? {
        switch state {
        case .open(let until, _), .paused(let until): until > now ? until : nil
        case .closed, .halfOpen: nil
        }
    }

    mutating func probeBegan() {
        if case .open(_, let times) = state { state = .halfOpen(times: times) }
    }

    /// The question was withdrawn before an answer: it is due again.
    mutating func probeAbandoned(at now: Timestamp) {
        if case .halfOpen(let times) = state { state = .open(until: now, times: times) }
    }

    /// It answered well. A pause that it asked for goes on.
    mutating func succeeded() {
        if case .paused = state { return }
        state = .closed(faults: 0)
    }

    /// It cannot be reached.
    mutating func wentAway(at now: Timestamp, jitter: Double) { open(at: now, jitter: jitter) }

    /// It answered, but with an error of its own or with nonsense.
    mutating func erred(at now: Timestamp, jitter: Double) {
        switch state {
        case .closed(let faults) where faults + 1 < configuration.faults: state = .closed(faults: faults + 1)
        case .paused: state = .closed(faults: 1)
        case .closed, .halfOpen: open(at: now, jitter: jitter)
        case .open: break
        }
    }

    mutating func pause(until: Timestamp) { state = .paused(until: until) }

    private mutating func open(at now: Timestamp, jitter: Double) {
        let times =
            switch state {
            case .halfOpen(let times): times + 1
            case .open(_, let times): times
            case .closed, .paused: 1
            }
        state = .open(until: now + configuration.backoff.delay(attempt: times, jitter: jitter), times: times)
    }
}
