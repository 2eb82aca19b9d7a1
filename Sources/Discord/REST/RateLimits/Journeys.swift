import Support

/// How long the shortest journeys to Discord and back are, by route, of the last minutes: a way that became longer is believed in time.
struct Journeys: Sendable {
    private struct Record: Sendable {
        /// Of the window that is over, and of the present one.
        var before: Duration?
        var shortest: Duration?
        var count = 0
        var since: Timestamp
    }

    /// Fewer journeys than this say nothing of the shortest.
    private static let enough = 8
    private static let window: Duration = .seconds(60)
    /// More routes than Discord has.
    private static let routeLimit = 500

    private var records: [String: Record] = [:]

    mutating func note(_ journey: Duration, on route: String, at now: Timestamp) {
        guard records[route] != nil || records.count < Self.routeLimit else { return }
        var record = records[route] ?? Record(since: now)
        if now - record.since >= Self.window {
            record.before = record.shortest
            record.shortest = nil
            record.since = now
        }
        record.shortest = min(record.shortest ?? journey, journey)
        record.count = min(record.count + 1, Self.enough)
        records[route] = record
    }

    /// Nil while too little is known.
    func shortest(on route: String, at now: Timestamp) -> Duration? {
        guard let record = records[route], record.count >= Self.enough else { return nil }
        return [record.before, record.shortest].compactMap(\.self).min()
    }
}
