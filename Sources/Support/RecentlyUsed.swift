/// A dictionary of at most ``capacity`` entries: beyond it the one goes that was longest not asked for. Every step is O(1), and an
/// entry costs little more than its key, twice, and its value.
public struct RecentlyUsed<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Slot {
        let key: Key
        var value: Value
        var newer: Int32
        var older: Int32
    }

    private static var none: Int32 { -1 }

    public let capacity: Int
    /// Without holes: the last slot moves where one is freed.
    private var slots: [Slot] = []
    private var places: [Key: Int32] = [:]
    private var newest = none
    private var oldest = none

    /// - Parameter capacity: at least 1.
    public init(capacity: Int) { self.capacity = max(1, min(capacity, Int(Int32.max))) }

    public var count: Int { slots.count }
    public var isEmpty: Bool { slots.isEmpty }

    /// The value of a key, which counts as used by this; setting nil forgets it.
    public subscript(key: Key) -> Value? {
        mutating get {
            guard let place = places[key] else { return nil }
            use(place)
            return slots[Int(place)].value
        }
        set {
            guard let newValue else { return forget(key) }
            if let place = places[key] {
                slots[Int(place)].value = newValue
                return use(place)
            }
            if slots.count == capacity { forget(slots[Int(oldest)].key) }
            let place = Int32(slots.count)
            slots.append(Slot(key: key, value: newValue, newer: Self.none, older: Self.none))
            places[key] = place
            link(place)
        }
    }

    /// Changes what is known of a key, in place and without its counting as used; does nothing where nothing is known.
    public mutating func update(_ key: Key, _ change: (inout Value) -> Void) {
        guard let place = places[key] else { return }
        change(&slots[Int(place)].value)
    }

    public mutating func removeAll(where isGone: (Key) -> Bool) {
        for key in slots.map(\.key) where isGone(key) { forget(key) }
    }

    public mutating func removeAll() { self = Self(capacity: capacity) }

    // MARK: The list from newest to oldest

    private mutating func use(_ place: Int32) {
        guard place != newest else { return }
        unlink(place)
        link(place)
    }

    private mutating func link(_ place: Int32) {
        slots[Int(place)].newer = Self.none
        slots[Int(place)].older = newest
        if newest == Self.none { oldest = place } else { slots[Int(newest)].newer = place }
        newest = place
    }

    private mutating func unlink(_ place: Int32) {
        let (newer, older) = (slots[Int(place)].newer, slots[Int(place)].older)
        if newer == Self.none { newest = older } else { slots[Int(newer)].older = older }
        if older == Self.none { oldest = newer } else { slots[Int(older)].newer = newer }
    }

    private mutating func forget(_ key: Key) {
        guard let place = places.removeValue(forKey: key) else { return }
        unlink(place)
        let moved = slots.removeLast()
        guard Int(place) < slots.count else { return }
        slots[Int(place)] = moved
        places[moved.key] = place
        if moved.newer == Self.none { newest = place } else { slots[Int(moved.newer)].older = place }
        if moved.older == Self.none { oldest = place } else { slots[Int(moved.older)].newer = place }
    }
}
