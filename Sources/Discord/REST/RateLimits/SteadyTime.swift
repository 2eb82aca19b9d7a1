import Support

/// Makes time that never runs backwards of a clock that may be set back, so that no limit waits for an hour to come again.
struct SteadyTime: Sendable {
    private var offset = Duration.zero
    private var last: Timestamp?

    mutating func read(_ now: Timestamp) -> Timestamp {
        if let last, now + offset < last { offset = last - now }
        let steady = now + offset
        last = steady
        return steady
    }
}
