import Support

/// Up to which moment leases are judged, so that an outage costs nobody a lease. Pure.
///
/// Where the store was away, or this machine asleep, nobody could renew, and all leases would seem lost at once though their
/// workers live. After such a gap leases count as they stood before it, for as long as a lease lasts: by then whoever lives has
/// renewed.
struct OutageWatch: Sendable {
    /// How often one looks: a third of a lease.
    let interval: Duration
    /// When the store was reached last.
    private var reachedAt: Timestamp?
    private var outage: (began: Timestamp, forgivenUntil: Timestamp)?

    init(interval: Duration) { self.interval = interval }

    /// Leases that ran out by this moment are lost.
    mutating func moment(at now: Timestamp) -> Timestamp {
        if let reachedAt, now - reachedAt > interval * 2 { outage = (reachedAt, now + interval * 3) }
        guard let outage, now < outage.forgivenUntil else { return now }
        return outage.began
    }

    /// The store answered.
    mutating func reached(at now: Timestamp) { reachedAt = now }
}
