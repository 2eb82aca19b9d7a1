import DequeModule
import HeapModule
import OrderedCollections
import Support

/// Decides which calls to Discord may leave, and when. Pure: no socket, no clock, no task; ``RateLimitGate`` performs.
///
/// A bucket is Discord's hash plus the route's major parameter; hashes are learned from answers. Until a route's hash is
/// known it is a bucket of its own, with one call at a time. Calls of a bucket leave in the order in which they were asked for.
struct RateLimiter: Sendable {
    struct Configuration: Sendable {
        var global = GlobalLimit.Configuration()
        /// Refused calls in ten minutes from which on everything is held back.
        var invalidCalls = 9_000
        /// Calls that may wait, in all.
        var waitingCalls = 10_000
        /// Refusals for rate that one call may meet before it is given up.
        var refusalsPerCall = 8
    }

    /// Why a call is not sent.
    enum Refusal: Sendable, Hashable {
        case queueFull
        /// The wait is longer than the call's patience.
        case tooLong(retryAfter: Duration)
        /// Too many refused calls of late.
        case tooManyInvalid(retryAfter: Duration)
        case wrongToken
        /// A webhook that Discord said is gone.
        case goneWebhook
    }

    /// What became of waiting calls: to be told to those who wait.
    enum Release: Sendable, Hashable {
        case send(CallID)
        case refuse(CallID, Refusal)
    }

    /// What the caller does with an answer.
    enum Verdict: Sendable, Hashable {
        case take
        /// The call waits again, in its old place.
        case again
        case refuse(Refusal)
    }

    enum BucketKey: Hashable, Sendable {
        case hash(String, major: String)
        case route(String, major: String)
    }

    let configuration: Configuration
    var time = SteadyTime()
    var buckets: [BucketKey: RateLimitBucket] = [:]
    /// Method and template → hash.
    var hashes: [String: String] = [:]
    var flights: [CallID: Flight] = [:]
    var waitingCount = 0
    /// That use the token.
    private var processes = 1
    var global: GlobalLimit
    var edgeBlockedUntil: Timestamp?
    var invalidCalls: InvalidCallGuard
    var tokenIsWrong = false
    var goneWebhooks: OrderedSet<String> = []
    /// Buckets in which calls wait: those that the global limit counts, and the others.
    private var busy: [Bool: Set<BucketKey>] = [true: [], false: []]
    /// When waiting calls have to be looked at though the global limit is closed: one may have waited too long.
    var lookAgain: Timestamp?
    private var nextNumber: UInt64 = 1
    private var sweepAt = 1_024

    /// A call under way or waiting, and where it waits.
    struct Flight: Sendable {
        let call: WaitingCall
        var key: BucketKey
        var refusals = 0
        var isInFlight = false
    }

    init(configuration: Configuration = Configuration()) {
        self.configuration = configuration
        global = GlobalLimit(configuration: configuration.global)
        invalidCalls = InvalidCallGuard(limit: configuration.invalidCalls)
    }

    /// From now on as many processes use the token: see ``GlobalLimit`` and ``RateLimitBucket``.
    mutating func share(among processes: Int) {
        self.processes = max(1, processes)
        global.share(among: processes)
    }

    /// Adds a call to the queue of its bucket. Ask ``release(at:)`` next.
    mutating func submit(_ route: Route, patience: Duration?, at now: Timestamp) -> Result<CallID, RefusedCall> {
        let now = time.read(now)
        if let refusal = refusal(of: route, at: now) { return .failure(RefusedCall(refusal)) }
        guard waitingCount < configuration.waitingCalls else { return .failure(RefusedCall(.queueFull)) }
        sweepIfNeeded(at: now)
        let id = CallID(number: nextNumber)
        nextNumber += 1
        let call = WaitingCall(id: id, route: route, deadline: patience.map { now + $0 })
        let key = key(of: route)
        flights[id] = Flight(call: call, key: key)
        wait(call, in: key)
        return .success(id)
    }

    /// Lets go what may leave at this moment, in order, and says when to ask again; nil: not before an answer or a new call.
    mutating func release(at now: Timestamp) -> (releases: [Release], wakeAfter: Duration?) {
        let now = time.read(now)
        var releases: [Release] = []
        var wake: Timestamp?
        func wait(until moment: Timestamp) { wake = min(wake ?? moment, moment) }
        func look(at keys: Set<BucketKey>) -> [Head] {
            keys.compactMap { key in buckets[key]?.waiting.first.map { Head(id: $0.id, key: key) } }
        }
        var heads = Heap(look(at: busy[false] ?? []))
        let globalOpens = global.opens(at: now)
        if globalOpens <= now || lookAgain.map({ $0 <= now }) == true {
            lookAgain = nil
            heads.insert(contentsOf: look(at: busy[true] ?? []))
        } else if busy[true]?.isEmpty == false {
            wait(until: globalOpens)
            if let lookAgain { wait(until: lookAgain) }
        }
        while let head = heads.popMin() {
            guard let call = buckets[head.key]?.waiting.first, let permit = buckets[head.key]?.permit(at: now, processes: processes) else {
                continue
            }
            var opens = edgeBlockedUntil.map { max($0, now) } ?? now
            if call.route.isGloballyLimited { opens = max(opens, global.opens(at: now)) }
            if case .at(let moment) = permit { opens = max(opens, moment) }
            var refusal = refusal(of: call.route, at: now)
            if refusal == nil, let deadline = call.deadline, max(opens, now) > deadline {
                refusal = .tooLong(retryAfter: max(opens - now, .milliseconds(1)))
            }
            if let refusal {
                flights[call.id] = nil
                releases.append(.refuse(call.id, refusal))
            } else if permit != .afterAnswer, opens <= now {
                buckets[head.key]?.left(call.id, at: now)
                flights[call.id]?.isInFlight = true
                if call.route.isGloballyLimited { global.leaves(call.id, on: call.route.key, at: now) }
                releases.append(.send(call.id))
            } else {
                if permit != .afterAnswer { wait(until: opens) }
                if let moment = call.deadline.map({ $0 + .milliseconds(1) }) {
                    wait(until: moment)
                    if call.route.isGloballyLimited { lookAgain = min(lookAgain ?? moment, moment) }
                }
                continue
            }
            buckets[head.key]?.waiting.removeFirst()
            waitingCount -= 1
            if let next = buckets[head.key]?.waiting.first { heads.insert(Head(id: next.id, key: head.key)) } else { rest(head.key) }
        }
        return (releases, wake.map { max($0 - now, .milliseconds(1)) })
    }

    /// Takes back a call that waits, or one under way of which no answer will come.
    mutating func withdraw(_ id: CallID, at now: Timestamp) {
        guard let flight = flights.removeValue(forKey: id) else { return }
        if flight.isInFlight {
            global.cameBack(id, wasAnswered: false, at: time.read(now))
            buckets[flight.key]?.returned(id)
        } else {
            buckets[flight.key]?.waiting.removeAll { $0.id == id }
            waitingCount -= 1
            if buckets[flight.key]?.waiting.isEmpty ?? true { rest(flight.key) }
        }
    }

    /// Puts a call that is under way back into its place in the queue.
    mutating func requeue(_ id: CallID) {
        guard var flight = flights[id] else { return }
        flight.isInFlight = false
        flight.refusals += 1
        flights[id] = flight
        wait(flight.call, in: flight.key)
    }

    private mutating func wait(_ call: WaitingCall, in key: BucketKey) {
        buckets[key, default: RateLimitBucket()].insert(call)
        busy[call.route.isGloballyLimited]?.insert(key)
        waitingCount += 1
        if let deadline = call.deadline { lookAgain = min(lookAgain ?? deadline, deadline) }
    }

    private mutating func rest(_ key: BucketKey) {
        busy[true]?.remove(key)
        busy[false]?.remove(key)
    }

    /// From now on the calls of this route go by the hash; what waits under the route's own name moves over.
    mutating func learn(_ hash: String, for route: Route) {
        guard hashes[route.key] != hash else { return }
        hashes[route.key] = hash
        for old in Array(buckets.keys) {
            guard case .route(route.key, let major) = old, let bucket = buckets.removeValue(forKey: old) else { continue }
            let new = BucketKey.hash(hash, major: major)
            if buckets[new] == nil { buckets[new] = bucket } else { buckets[new]?.merge(bucket) }
            for id in bucket.inFlight { flights[id]?.key = new }
            for call in bucket.waiting { flights[call.id]?.key = new }
            rest(old)
            if buckets[new]?.waiting.isEmpty == false { busy[route.isGloballyLimited]?.insert(new) }
        }
    }

    private func key(of route: Route) -> BucketKey {
        if let hash = hashes[route.key] { return .hash(hash, major: route.major) }
        return .route(route.key, major: route.major)
    }

    private mutating func refusal(of route: Route, at now: Timestamp) -> Refusal? {
        if tokenIsWrong, route.authentication == .bot { return .wrongToken }
        if route.authentication == .path, goneWebhooks.contains(route.major) { return .goneWebhook }
        return invalidCalls.hold(at: now).map { .tooManyInvalid(retryAfter: $0) }
    }

    /// Forgets buckets that no longer matter: every interaction brings some of its own.
    private mutating func sweepIfNeeded(at now: Timestamp) {
        guard buckets.count >= sweepAt else { return }
        buckets = buckets.filter { !$0.value.isIdle(at: now) }
        sweepAt = max(1_024, buckets.count * 2)
    }

    private struct Head: Comparable {
        let id: CallID
        let key: BucketKey
        static func < (a: Head, b: Head) -> Bool { a.id < b.id }
        static func == (a: Head, b: Head) -> Bool { a.id == b.id }
    }
}

/// A call that was not taken in.
struct RefusedCall: Error, Hashable {
    let refusal: RateLimiter.Refusal
    init(_ refusal: RateLimiter.Refusal) { self.refusal = refusal }
}
