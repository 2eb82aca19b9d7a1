import Metrics

/// What the REST client tells swift-metrics.
enum CallMetrics {
    /// Discord answered: a count by status, and for refusals for rate also by scope (`user`, `global`, `shared`).
    static func answered(status: Int, limits: RateLimitAnswer) {
        Counter(label: "troupe_discord_calls_total", dimensions: [("status", "\(status)")]).increment()
        if limits.isRateLimited {
            Counter(label: "troupe_discord_rate_limited_total", dimensions: [("scope", "\(limits.scope)")]).increment()
        }
    }
}
