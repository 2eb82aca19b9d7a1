import Support

@testable import Discord

/// A limiter with a hand on its clock, and a Discord that answers as it is told.
struct LimiterBench {
    var limiter: RateLimiter
    var now = Timestamp(millisecondsSinceEpoch: 1_000_000)

    init(_ configuration: RateLimiter.Configuration = RateLimiter.Configuration()) { limiter = RateLimiter(configuration: configuration) }

    static func messages(in channel: Int, _ method: Route.Method = .post) -> Route {
        Route(method, "/channels/{channel}/messages", ["channel": "\(channel)"], major: ["channel"])
    }

    static func callback(_ interaction: Int) -> Route {
        Route(
            .post, "/interactions/{interaction}/{token}/callback", ["interaction": "\(interaction)", "token": "t"], major: ["interaction"],
            authentication: .path, isGloballyLimited: false)
    }

    static func webhook(_ id: Int) -> Route {
        Route(
            .post, "/webhooks/{webhook}/{token}", ["webhook": "\(id)", "token": "t"], major: ["webhook", "token"], authentication: .path)
    }

    mutating func ask(_ route: Route, patience: Duration? = nil) throws -> CallID {
        try limiter.submit(route, patience: patience, at: now).get()
    }

    /// The calls that leave now.
    mutating func leaving() -> [CallID] {
        limiter.release(at: now).releases.compactMap { if case .send(let id) = $0 { id } else { nil } }
    }

    /// Lets all leave that may, over the time it takes, and says when each left, in milliseconds from now.
    mutating func letAllLeave(within span: Duration) -> [(id: CallID, at: Int64)] {
        let start = now
        let end = now + span
        var left: [(CallID, Int64)] = []
        while now <= end {
            let (releases, wake) = limiter.release(at: now)
            for case .send(let id) in releases { left.append((id, (now - start).milliseconds)) }
            guard let wake else { break }
            now = now + wake
        }
        return left
    }

    @discardableResult
    mutating func answer(_ id: CallID, status: Int = 200, _ headers: [String: String] = [:], code: Int = 0) -> RateLimiter.Verdict {
        limiter.answered(id, RateLimitAnswer(status: status, code: code) { headers[$0] }, at: now)
    }

    @discardableResult
    mutating func refuse(_ id: CallID, after seconds: Double, global: Bool = false, _ headers: [String: String] = [:])
        -> RateLimiter.Verdict
    {
        let answer = RateLimitAnswer(status: 429, header: { headers[$0] }, body: (seconds, global))
        return limiter.answered(id, answer, at: now)
    }

    static func headers(bucket: String = "abc", limit: Int = 5, remaining: Int, resetAfter: Double) -> [String: String] {
        [
            "x-ratelimit-bucket": bucket, "x-ratelimit-limit": "\(limit)", "x-ratelimit-remaining": "\(remaining)",
            "x-ratelimit-reset-after": "\(resetAfter)", "x-ratelimit-reset": "1",
        ]
    }
}
