import OrderedCollections
import Support

/// What is to go wrong, and for how long. Pure; the server asks it at each request.
struct FaultPlan: Sendable {
    /// A fault of the REST side.
    struct Fault: Sendable {
        enum Kind: Sendable {
            case error(status: Int)
            case delay(Duration)
            case dropRequest
            case dropResponse
            case halfResponse
            case rateLimit(retryAfter: Duration, isGlobal: Bool, scope: String, code: Int?)

            var name: String {
                switch self {
                case .error: "error"
                case .delay: "delay"
                case .dropRequest: "drop_request"
                case .dropResponse: "drop_response"
                case .halfResponse: "half_response"
                case .rateLimit: "rate_limit"
                }
            }
        }

        var kind: Kind
        /// As in `POST /channels/{channel_id}/messages`; nil means every route.
        var route: String?
        /// Requests left; nil: no bound.
        var count: Int?
        var until: Timestamp?
        /// As it was asked for.
        var shown: JSON
    }

    /// A fault that comes later, and perhaps again and again.
    struct Waiting: Sendable {
        var at: Timestamp
        let every: Duration?
        let form: JSON
    }

    private(set) var faults: [Fault] = []
    private(set) var waiting: [Waiting] = []
    private(set) var downUntil: Timestamp?
    private(set) var frozenUntil: Timestamp?

    static let maximumFaults = 1_000

    mutating func add(_ fault: Fault) { if faults.count < Self.maximumFaults { faults.append(fault) } }
    mutating func add(_ later: Waiting) { if waiting.count < Self.maximumFaults { waiting.append(later) } }

    /// What has come due, oldest first; what repeats waits for its next time, which is not before now.
    mutating func takeDue(at now: Timestamp) -> [FaultOrder] {
        guard waiting.contains(where: { $0.at <= now }) else { return [] }
        let due = waiting.filter { $0.at <= now }.sorted { $0.at < $1.at }
        waiting.removeAll { $0.at <= now }
        for later in due {
            guard let every = later.every else { continue }
            let missed = (now - later.at).milliseconds / every.milliseconds
            add(Waiting(at: later.at + .milliseconds(every.milliseconds * (missed + 1)), every: every, form: later.form))
        }
        return due.compactMap { FaultOrder.read(FormReader($0.form, mistakes: .init()), at: now) }
    }

    mutating func goDown(until moment: Timestamp) { downUntil = moment }
    mutating func freeze(until moment: Timestamp) { frozenUntil = moment }

    mutating func clear() {
        faults = []
        waiting = []
        downUntil = nil
        frozenUntil = nil
    }

    func isDown(at now: Timestamp) -> Bool { downUntil.map { now < $0 } ?? false }
    func isFrozen(at now: Timestamp) -> Bool { frozenUntil.map { now < $0 } ?? false }

    /// The faults that hit a request, each counted as used once.
    mutating func take(for route: String, at now: Timestamp) -> [Fault.Kind] {
        faults.removeAll { fault in fault.count.map { $0 <= 0 } ?? false || fault.until.map { $0 <= now } ?? false }
        var hit: [Fault.Kind] = []
        for index in faults.indices where faults[index].route == nil || faults[index].route == route {
            hit.append(faults[index].kind)
            if let count = faults[index].count { faults[index].count = count - 1 }
        }
        return hit
    }

    /// The faults that are still to come.
    func shown(at now: Timestamp) -> JSON {
        var list = faults.filter { ($0.count ?? 1) > 0 && $0.until.map { $0 > now } ?? true }.map(\.shown)
        if isDown(at: now), let until = downUntil { list.append(["kind": "down", "for_ms": .int((until - now).milliseconds)]) }
        if isFrozen(at: now), let until = frozenUntil { list.append(["kind": "freeze", "for_ms": .int((until - now).milliseconds)]) }
        list += waiting.map { later in
            var shown: JSONObject = ["after_ms": .int(max(0, (later.at - now).milliseconds))]
            if let every = later.every { shown["every_ms"] = .int(every.milliseconds) }
            return later.form.merging(shown)
        }
        return .array(list)
    }
}

/// What a fault request asks for: something at the gateway now, or something that REST requests will meet.
enum FaultOrder: Sendable {
    case disconnect(code: Int?)
    case freeze(Duration)
    case reconnect
    case invalidSession(isResumable: Bool)
    case forgetSessions
    case down(Duration)
    case rest(FaultPlan.Fault)
    case later(FaultPlan.Waiting)

    /// Reads one element of `faults`.
    static func read(_ form: FormReader, at now: Timestamp) -> FaultOrder? {
        let pause = form.int("after_ms", 0...86_400_000).map { Duration.milliseconds($0) }
        let every = form.int("every_ms", 100...86_400_000).map { Duration.milliseconds($0) }
        if pause != nil || every != nil {
            var members = form.members
            members["after_ms"] = nil
            members["every_ms"] = nil
            // What is wrong with it is said now and not when it comes.
            guard read(FormReader(.object(members), path: form.path, mistakes: form.mistakes), at: now) != nil else { return nil }
            return .later(.init(at: now + (pause ?? every ?? .zero), every: every, form: .object(members)))
        }
        let span = form.int("for_ms", 0...86_400_000).map { Duration.milliseconds($0) }
        let kind = form.string("kind", required: true) ?? ""
        switch kind {
        case "disconnect": return .disconnect(code: form.int("code", 1_000...4_999))
        case "freeze": return .freeze(span ?? .seconds(60))
        case "reconnect": return .reconnect
        case "invalid_session": return .invalidSession(isResumable: form.bool("resumable") ?? false)
        case "forget_sessions": return .forgetSessions
        case "down": return .down(span ?? .seconds(10))
        default: break
        }
        let effect: FaultPlan.Fault.Kind
        switch kind {
        case "error": effect = .error(status: form.int("status", 400...599) ?? 503)
        case "delay": effect = .delay(.milliseconds(form.int("delay_ms", required: true, 0...600_000) ?? 0))
        case "drop_request": effect = .dropRequest
        case "drop_response": effect = .dropResponse
        case "half_response": effect = .halfResponse
        case "rate_limit":
            effect = .rateLimit(
                retryAfter: .milliseconds(form.int("retry_after_ms", 0...3_600_000) ?? 1_000), isGlobal: form.bool("global") ?? false,
                scope: form.string("scope") ?? "user", code: form.int("code", 0...999_999))
        default:
            form.fail("kind", "BASE_TYPE_CHOICES", "There is no fault named \(kind).")
            return nil
        }
        let count = form.int("count", 1...1_000_000) ?? (span == nil ? 1 : nil)
        return .rest(
            .init(
                kind: effect, route: form.string("route"), count: count, until: span.map { now + $0 }, shown: .object(form.members)))
    }
}
