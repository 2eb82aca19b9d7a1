import OrderedCollections
import Support

/// Faults, time and counters.
extension EmulatorControl {
    /// What may go wrong. Routes are as in `POST /channels/{channel_id}/messages`; nil means all.
    public enum Fault: Sendable {
        /// Closes every gateway socket, with a code or by cutting it. Sessions can be resumed.
        case disconnect(code: Int? = nil)
        /// Sockets stay open and say nothing.
        case freeze(Duration)
        /// Op 7.
        case reconnect
        /// Op 9; if not resumable, the sessions are forgotten.
        case invalidSession(resumable: Bool)
        /// The next resume is refused.
        case forgetSessions
        /// Refuses all connections of bots for that long.
        case down(Duration)
        case error(status: Int, route: String? = nil, requests: Int = 1)
        case delay(Duration, route: String? = nil, requests: Int = 1)
        /// Cuts the connection and does not do the request.
        case dropRequest(route: String? = nil, requests: Int = 1)
        /// Does the request and cuts the connection before the answer.
        case dropResponse(route: String? = nil, requests: Int = 1)
        case halfResponse(route: String? = nil, requests: Int = 1)
        case rateLimit(retryAfter: Duration, isGlobal: Bool = false, route: String? = nil, requests: Int = 1)
    }

    public func make(_ faults: Fault...) { core.order(faults.map { Self.order($0) }) }

    public func clearFaults() { core.step { $0.faults.clear() } }

    private static func order(_ fault: Fault) -> FaultOrder {
        func rest(_ kind: FaultPlan.Fault.Kind, _ route: String?, _ requests: Int, _ name: String) -> FaultOrder {
            let shown: JSONObject = ["kind": .string(name), "route": .optional(route), "count": .int(requests)]
            return .rest(.init(kind: kind, route: route, count: requests, until: nil, shown: .object(shown)))
        }
        switch fault {
        case .disconnect(let code): return .disconnect(code: code)
        case .freeze(let span): return .freeze(span)
        case .reconnect: return .reconnect
        case .invalidSession(let isResumable): return .invalidSession(isResumable: isResumable)
        case .forgetSessions: return .forgetSessions
        case .down(let span): return .down(span)
        case .error(let status, let route, let requests): return rest(.error(status: status), route, requests, "error")
        case .delay(let span, let route, let requests): return rest(.delay(span), route, requests, "delay")
        case .dropRequest(let route, let requests): return rest(.dropRequest, route, requests, "drop_request")
        case .dropResponse(let route, let requests): return rest(.dropResponse, route, requests, "drop_response")
        case .halfResponse(let route, let requests): return rest(.halfResponse, route, requests, "half_response")
        case .rateLimit(let wait, let isGlobal, let route, let requests):
            return rest(.rateLimit(retryAfter: wait, isGlobal: isGlobal, scope: "user", code: nil), route, requests, "rate_limit")
        }
    }

    /// Sets the emulator's clock forward, so that deadlines pass.
    public func advance(by span: Duration) { core.advance(by: span) }

    public func setRateLimits(enabled: Bool) { core.step { $0.limiter.configuration.isEnabled = enabled } }

    /// The world as new; bots must identify again.
    public func reset() { core.reset() }

    /// How many REST requests of each `METHOD /template` came.
    public var requestCounts: [String: Int] { core.step { $0.traffic.counts } }

    /// How many REST requests came in all.
    public var requestCount: Int { core.step { $0.traffic.total } }

    /// How many of the last 2,000 answers had each status.
    public var statusCounts: [Int: Int] {
        core.step { state in state.traffic.exchanges.reduce(into: [:]) { $0[$1.status, default: 0] += 1 } }
    }

    /// Gateway sockets that are open now, and sessions that are kept.
    public var gatewayCounts: (sockets: Int, sessions: Int) {
        core.step { ($0.hub.connections.count, $0.hub.sessions.count) }
    }
}
