/// How many events are in hand, of how many that may be: a full hand makes the reader wait.
struct HandlerSlots {
    private let count: Int
    private var taken = 0

    init(count: Int) { self.count = max(1, count) }

    var areAllTaken: Bool { taken >= count }

    /// Always possible: a new connection has something to tell before it can be made to wait.
    mutating func take() { taken += 1 }

    /// - Returns: whether all were taken, and now one is free.
    mutating func release() -> Bool {
        taken -= 1
        return taken == count - 1
    }
}
