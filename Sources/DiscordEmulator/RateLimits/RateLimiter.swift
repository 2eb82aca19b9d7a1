import DequeModule
import OrderedCollections
import Support

/// Discord's limits: a bucket per route and major parameter, 50 a second for each bot, a hidden one on webhooks, and the count of
/// invalid requests. Pure: time is an argument.
struct RateLimiter: Sendable {
    struct Configuration: Sendable {
        var isEnabled = true
        var globalPerSecond = 50
        /// Requests in a minute that the webhooks of one channel take, which no header tells.
        var hiddenWebhookPerMinute = 30
        /// Answers 401, 403 and 429 in ten minutes before the address is banned.
        var invalidRequests = 10_000
    }

    /// What a request is told.
    struct Verdict: Sendable {
        enum Scope: String, Sendable {
            case user, global, shared
        }

        /// Nil if there is no bucket to speak of.
        var bucket: (hash: String, limit: Int, remaining: Int, resetAt: Timestamp)?
        /// Set if the request is refused.
        var refused: (scope: Scope, retryAfter: Duration)?
    }

    private struct Window: Sendable {
        var count: Int
        var endsAt: Timestamp
        /// For the inspector: `METHOD /template`, what it is for, how many it takes.
        var route: String
        var major: String
        var limit: Int
    }

    var configuration: Configuration
    private var windows: [String: Window] = [:]
    private var global: [ID: Deque<Timestamp>] = [:]
    private var hidden: [String: Deque<Timestamp>] = [:]
    private var invalid: Deque<Timestamp> = []

    init(_ configuration: Configuration) { self.configuration = configuration }

    /// Counts a request and says whether it may go on.
    mutating func admit(_ route: Route, parameters: [String: String], caller: ID, hiddenKey: String?, at now: Timestamp) -> Verdict {
        guard configuration.isEnabled else { return Verdict() }
        if route.countsGlobally, let wait = globalWait(caller, now) { return Verdict(refused: (.global, wait)) }
        guard route.pace.count > 0 else { return Verdict() }
        let name = "\(route.method) \(route.template)"
        let hash = Self.hash(name)
        let major = Route.majorParameter(parameters)
        let key = "\(hash):\(major)"
        if windows.count > 10_000 { windows = windows.filter { $0.value.endsAt > now } }
        var window = windows[key] ?? Window(count: 0, endsAt: now, route: name, major: major, limit: route.pace.count)
        if window.endsAt <= now {
            window.count = 0
            window.endsAt = now + .milliseconds(route.pace.milliseconds)
        }
        window.count += 1
        windows[key] = window
        let remaining = max(0, route.pace.count - window.count)
        var verdict = Verdict(bucket: (hash, route.pace.count, remaining, window.endsAt))
        if window.count > route.pace.count {
            verdict.refused = (.user, window.endsAt - now)
        } else if let hiddenKey, let wait = hiddenWait(hiddenKey, now) {
            verdict.refused = (.shared, wait)
        }
        return verdict
    }

    /// Counts an answer; true once the address is banned.
    mutating func note(status: Int, scope: Verdict.Scope?, at now: Timestamp) {
        guard status == 401 || status == 403 || status == 429, scope != .shared else { return }
        invalid.append(now)
        while invalid.count > configuration.invalidRequests { invalid.removeFirst() }
    }

    /// How many invalid requests the last ten minutes saw.
    mutating func invalidCount(at now: Timestamp) -> Int {
        while let first = invalid.first, now - first > .seconds(600) { invalid.removeFirst() }
        return invalid.count
    }

    mutating func isBanned(at now: Timestamp) -> Bool {
        configuration.isEnabled && invalidCount(at: now) >= configuration.invalidRequests
    }

    private mutating func globalWait(_ caller: ID, _ now: Timestamp) -> Duration? {
        World.slide(&global[caller, default: []], configuration.globalPerSecond, .seconds(1), now)
    }

    private mutating func hiddenWait(_ key: String, _ now: Timestamp) -> Duration? {
        if hidden.count > 1_000 { hidden = hidden.filter { $0.value.last.map { now - $0 < .seconds(60) } ?? false } }
        return World.slide(&hidden[key, default: []], configuration.hiddenWebhookPerMinute, .seconds(60), now)
    }

    /// The buckets that are in use now, fullest first, and what else is counted.
    mutating func shown(at now: Timestamp) -> JSON {
        let open = windows.filter { $0.value.endsAt > now }.sorted {
            (-Double($0.value.count) / Double($0.value.limit), $0.key) < (-Double($1.value.count) / Double($1.value.limit), $1.key)
        }
        let buckets = open.prefix(200).map { key, window -> JSON in
            [
                "bucket": .string(String(key.prefix { $0 != ":" })), "route": .string(window.route), "major": .string(window.major),
                "limit": .int(window.limit), "used": .int(window.count), "reset_after_ms": .int((window.endsAt - now).milliseconds),
            ]
        }
        let bots = global.map { id, times -> JSON in
            [
                "application_id": .id(id), "used": .int(times.count { now - $0 < .seconds(1) }),
                "limit": .int(configuration.globalPerSecond),
            ]
        }
        return [
            "enabled": .bool(configuration.isEnabled), "buckets": .list(buckets), "global": .array(bots),
            "invalid_requests": .int(invalidCount(at: now)), "invalid_request_limit": .int(configuration.invalidRequests),
        ]
    }

    /// The opaque name of a bucket: the same for the same route, whatever the major parameter.
    static func hash(_ text: String) -> String {
        String(text.utf8.reduce(14_695_981_039_346_656_037 as UInt64) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }, radix: 16)
    }
}
