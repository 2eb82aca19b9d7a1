/// Which events of the running session are still being handled, and so how far a restarted process may skip.
///
/// The mark only passes an event when its handling has come to an end; a process killed before that resumes behind it and
/// gets the event again. Sessions are told apart by an epoch, so that a late end from an old session moves nothing.
struct SequenceTracker: Equatable {
    /// One event in hand.
    struct Ticket: Sendable, Hashable {
        let epoch: Int
        let sequence: Int
    }

    private(set) var epoch = 0
    private var highest = 0
    /// Bounded by the shard's limit of events in flight.
    private var inFlight: Set<Int> = []

    /// A new session has begun, or a saved one goes on at `sequence`.
    mutating func begin(at sequence: Int) {
        epoch += 1
        highest = sequence
        inFlight = []
    }

    /// An event that nobody handles.
    mutating func passed(_ sequence: Int) { highest = max(highest, sequence) }

    mutating func started(_ sequence: Int) -> Ticket {
        highest = max(highest, sequence)
        inFlight.insert(sequence)
        return Ticket(epoch: epoch, sequence: sequence)
    }

    mutating func finished(_ ticket: Ticket) {
        if ticket.epoch == epoch { inFlight.remove(ticket.sequence) }
    }

    /// Everything up to here has been handled.
    var handled: Int { inFlight.min().map { $0 - 1 } ?? highest }
}
