import Support

/// How long the shortest journeys to Discord and back are, by route, of the last minutes: a way that became longer is believed in time.
///
/// Only what a whole minute has shown is believed: the first journeys of a process that has just started, or of a burst, are often all
/// slow, and would make every later one seem more punctual than it was.
struct Journeys: Sendable {
    private struct Record: Sendable {
        /// Of the window that is over; nil while there was none with enough journeys.
        var before: Duration?
        var shortest: Duration
        var count = 1
        var since: Timestamp
    }

    /// Fewer journeys than this say nothing of the shortest.
    private static let enough = 8
    private static let window: Duration = .seconds(60)
    /// More routes than Discord has.
    private static let routeLimit = 500

    private var records: [String: Record] = [:]

    mutating func note(_ journey: Duration, on route: String, at now: Timestamp) {
        guard var record = records[route] else {
            if records.count < Self.routeLimit { records[route] = Record(shortest: journey, since: now) }
            return
        }
        if now - record.since >= Self.window {
            record = Record(before: record.count >= Self.enough ? record.shortest : nil, shortest: journey, since: now)
        } else {
            record.shortest = min(record.shortest, journey)
            record.count += 1
        }
        records[route] = record
    }

    /// Nil while too little is known.
    func shortest(on route: String) -> Duration? {
        guard let record = records[route], let before = record.before else { return nil }
        return min(before, record.shortest)
    }
}
