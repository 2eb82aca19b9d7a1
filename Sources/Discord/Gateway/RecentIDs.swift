import DequeModule

/// The last ids seen, in a bounded window: tells a replayed event from a new one.
struct RecentIDs<ID: Hashable & Sendable>: Sendable {
    private let capacity: Int
    private var known: Set<ID> = []
    private var order: Deque<ID> = []

    init(capacity: Int) { self.capacity = max(1, capacity) }

    /// Remembers `id` and forgets the oldest beyond the window; false when it was known already.
    mutating func insert(_ id: ID) -> Bool {
        guard known.insert(id).inserted else { return false }
        order.append(id)
        if order.count > capacity { known.remove(order.removeFirst()) }
        return true
    }
}
