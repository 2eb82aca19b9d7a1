import DequeModule
import OrderedCollections
import Support

/// The limit over all of a bot's calls: 50 that *arrive* at Discord in a second, however long their journeys were.
///
/// A call arrives between its leaving and its answer. So each one counts from its leaving until a second after its answer; then
/// of all calls that arrive within one second, the one that left last saw all the others counted, and there cannot be more
/// than the limit. With answers after 50 ms this gives 45 calls a second.
///
/// Bot processes of one token each take an equal part of it. One that is new takes the part of a newcomer,
/// ``RESTClient/newcomer``, until the others have counted it, so that the parts never add up to more than the limit.
struct GlobalLimit: Sendable {
    struct Configuration: Sendable {
        /// Two less than Discord's 50: for another process that uses the token, and for clocks.
        var calls = 48
        /// A second, and what rounding takes.
        var span: Duration = .milliseconds(1_010)
        /// A call that is longer under way, as an upload may be, is taken to have arrived.
        var longestJourney: Duration = .seconds(2)
        /// Calls that leave together: so that those who waited do not leave in a burst.
        var burst = 12
        var burstSpan: Duration = .milliseconds(250)
    }

    private let configuration: Configuration
    /// Bot processes that live, or are thought to.
    private var processes = 1
    /// When those left that are under way, the oldest first.
    private var underWay: OrderedDictionary<CallID, Timestamp> = [:]
    /// When those came back that still count, the oldest first.
    private var back: Deque<Timestamp> = []
    /// When the last ``Configuration/burst`` calls left.
    private var left: Deque<Timestamp> = []
    private var blockedUntil: Timestamp?

    init(configuration: Configuration = Configuration()) { self.configuration = configuration }

    /// Calls that this process may have out: its part of all.
    private var calls: Int { max(1, configuration.calls / processes) }
    private var burst: Int { max(1, configuration.burst / processes) }

    /// From now on as many processes share the limit.
    mutating func share(among processes: Int) { self.processes = max(1, processes) }

    /// The moment from which one more call may leave; `now` or earlier means at once. An answer may make it earlier.
    mutating func opens(at now: Timestamp) -> Timestamp {
        while let (id, moment) = underWay.elements.first, moment + configuration.longestJourney <= now { cameBack(id, at: now) }
        while let first = back.first, first + configuration.span <= now { back.removeFirst() }
        var moment = blockedUntil ?? now
        while left.count > burst { left.removeFirst() }
        if left.count >= burst, let first = left.first { moment = max(moment, first + configuration.burstSpan) }
        if underWay.count + back.count >= calls {
            let oldest = back.first ?? underWay.elements.first.map { $0.value + configuration.longestJourney } ?? now
            moment = max(moment, oldest + configuration.span)
        }
        return moment
    }

    mutating func leaves(_ id: CallID, at now: Timestamp) {
        underWay[id] = now
        left.append(now)
        if left.count > burst { left.removeFirst() }
    }

    /// A call was answered, or will not be. Does nothing for calls that do not count.
    mutating func cameBack(_ id: CallID, at now: Timestamp) {
        guard underWay.removeValue(forKey: id) != nil else { return }
        back.append(now)
    }

    /// Discord said that the global limit is reached.
    mutating func block(until moment: Timestamp) { blockedUntil = max(blockedUntil ?? moment, moment) }
}
