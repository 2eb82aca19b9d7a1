import DequeModule
import HeapModule
import OrderedCollections
import Support

/// The limit over all of a bot's calls: 50 that *arrive* at Discord in a second, however long their journeys were.
///
/// When a call arrives is not known, only when it left and when its answer came. What its journey took beyond the shortest of its
/// route is all that it can have been late by, for the way there takes no less than it ever does. So each call counts from its
/// leaving until a second and that excess later: of all calls that arrive within one second, the one that left last saw all the
/// others counted, and there cannot be more than the limit. While too little is known of a route's journeys, and for a while after
/// Discord refused a call all the same, the whole journey counts as excess.
///
/// Bot processes of one token each take an equal part of it. One that is new takes the part of a newcomer,
/// ``RESTClient/newcomer``, until the others have counted it, so that the parts never add up to more than the limit.
struct GlobalLimit: Sendable {
    struct Configuration: Sendable {
        /// One less than Discord's 50: for what the shortest journeys seen do not tell.
        var calls = 49
        /// What processes that share the token take together: two are left for a newcomer.
        var sharedCalls = 48
        /// A second, and what rounding takes.
        var span: Duration = .milliseconds(1_010)
        /// A call that is longer under way, as an upload may be, is taken to have arrived.
        var longestJourney: Duration = .seconds(2)
        /// Calls that leave together: so that those who waited do not leave in a burst.
        var burst = 12
        var burstSpan: Duration = .milliseconds(240)
        /// So long nothing is believed of journeys after a refusal.
        var caution: Duration = .seconds(600)
    }

    private struct Departure: Sendable {
        let route: String
        let at: Timestamp
    }

    private let configuration: Configuration
    /// Bot processes that live, or are thought to; nil where the token is never shared.
    private var processes: Int?
    /// What left and is under way, the oldest first.
    private var underWay: OrderedDictionary<CallID, Departure> = [:]
    /// When those that came back cease to count.
    private var counting: Heap<Timestamp> = []
    /// When the last ``Configuration/burst`` calls left.
    private var left: Deque<Timestamp> = []
    private var blockedUntil: Timestamp?
    private var journeys = Journeys()
    private var cautiousUntil: Timestamp?

    init(configuration: Configuration = Configuration()) { self.configuration = configuration }

    /// Calls that this process may have out: its part of all.
    private var calls: Int { processes.map { max(1, configuration.sharedCalls / $0) } ?? configuration.calls }
    private var burst: Int { max(1, configuration.burst / (processes ?? 1)) }

    /// From now on as many processes share the limit.
    mutating func share(among processes: Int) { self.processes = max(1, processes) }

    /// The moment from which one more call may leave; `now` or earlier means at once. An answer may make it earlier.
    mutating func opens(at now: Timestamp) -> Timestamp {
        while let (id, call) = underWay.elements.first, call.at + configuration.longestJourney <= now {
            cameBack(id, wasAnswered: false, at: now)
        }
        while let first = counting.min, first <= now { counting.removeMin() }
        var moment = blockedUntil ?? now
        while left.count > burst { left.removeFirst() }
        if left.count >= burst, let first = left.first { moment = max(moment, first + configuration.burstSpan) }
        if underWay.count + counting.count >= calls {
            let next = counting.min ?? underWay.elements.first.map { $0.value.at + configuration.longestJourney + configuration.span }
            moment = max(moment, next ?? now)
        }
        return moment
    }

    mutating func leaves(_ id: CallID, on route: String, at now: Timestamp) {
        underWay[id] = Departure(route: route, at: now)
        left.append(now)
        if left.count > burst { left.removeFirst() }
    }

    /// A call was answered, or will not be. Does nothing for calls that do not count.
    ///
    /// - Parameter wasAnswered: whether its journey tells how long journeys of its route are.
    mutating func cameBack(_ id: CallID, wasAnswered: Bool, at now: Timestamp) {
        guard let call = underWay.removeValue(forKey: id) else { return }
        let journey = now - call.at
        if wasAnswered { journeys.note(journey, on: call.route, at: now) }
        let isCautious = cautiousUntil.map { now < $0 } ?? false
        let shortest = isCautious ? .zero : journeys.shortest(on: call.route) ?? .zero
        counting.insert(call.at + max(.zero, journey - shortest) + configuration.span)
    }

    /// Discord said that the global limit is reached.
    mutating func block(until moment: Timestamp, at now: Timestamp) {
        blockedUntil = max(blockedUntil ?? moment, moment)
        cautiousUntil = now + configuration.caution
    }
}
