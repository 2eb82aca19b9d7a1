import Support

/// Which shards a process wants to run.
public enum ShardChoice: Sendable, Hashable {
    /// All of them, taken over from whoever has them when this process comes.
    case all
    /// These and no others, taken over likewise.
    case only(ClosedRange<Int>)
    /// A fair part, with the other processes that share.
    case share
}

/// Who runs which shard, as all bot processes of a token see it: a value, which a driver of ``ShardLeases`` keeps where
/// all of them can reach it, one at a time.
///
/// Each process comes with ``beat(_:_:wanting:isFirm:at:span:)`` several times in a lease's span. One that has not come for a whole
/// span is dead, and its shards are free. A process that has more than its part is told to leave some; they become free when
/// it says by ``release(_:of:)`` that it has left them, so no shard is run by two at a time. A process that comes late, for
/// it was frozen, finds its fences passed. One that lives but cannot reach Discord leaves its shards to those that can.
public struct ShardBoard: Sendable, Hashable {
    /// A process that was here within the span.
    public struct Holder: Sendable, Hashable {
        public var isSharing: Bool
        /// Its leases end then, unless it comes again before.
        public var until: Timestamp

        public init(isSharing: Bool, until: Timestamp) {
            self.isSharing = isSharing
            self.until = until
        }
    }

    /// A shard, and who has it.
    public struct Slot: Sendable, Hashable {
        public var holder: String?
        /// Grows each time that the shard changes hands.
        public var fence: Int

        public init(holder: String? = nil, fence: Int = 0) {
            self.holder = holder
            self.fence = fence
        }
    }

    public private(set) var holders: [String: Holder]
    /// By shard id; as many as there are shards.
    public private(set) var slots: [Slot]

    public init(holders: [String: Holder] = [:], slots: [Slot] = []) {
        self.holders = holders
        self.slots = slots
    }

    /// A process says that it lives, and is told which shards it has from now on.
    ///
    /// - Parameters:
    ///   - count: how many shards there are to be in all. While others run by another number, theirs counts.
    ///   - isFirm: whether the process would rather wait for their end than run by their number.
    ///   - isCutOff: whether it cannot reach Discord.
    public mutating func beat(
        _ name: String, _ choice: ShardChoice, wanting count: Int, isFirm: Bool, isCutOff: Bool = false, at now: Timestamp, span: Duration
    ) -> ShardOrders {
        forgetTheDead(but: name, at: now)
        let isNew = holders[name] == nil
        var orders = ShardOrders(shardCount: slots.count, until: now + span)
        var mayRun = true
        if slots.count != count {
            if choice == .all && isNew || !slots.contains(where: { $0.holder != nil }) {
                slots = (0..<count).map { Slot(fence: $0 < slots.count ? slots[$0].fence : 0) }
                orders.shardCount = count
            } else {
                mayRun = !isFirm
            }
        }
        holders[name] = Holder(isSharing: mayRun && choice == .share && !isCutOff, until: now + span)
        orders.processes = holders.count
        guard mayRun else {
            orders.isWaiting = true
            return orders
        }
        var leaving: Set<Int> = []
        switch choice {
        case .all: take(0..<slots.count, name, evenFromOthers: isNew)
        case .only(let range): take(range.clamped(to: 0...max(0, slots.count - 1)).relative(to: slots), name, evenFromOthers: isNew)
        case .share: leaving = isCutOff ? leave(toOthersThan: name) : share(name)
        }
        orders.run = slots.indices.filter { slots[$0].holder == name && !leaving.contains($0) }
            .map { ShardLease(shardID: $0, fence: slots[$0].fence) }
        return orders
    }

    /// The process runs this shard no longer.
    public mutating func release(_ lease: ShardLease, of name: String) {
        if isHeld(lease, by: name) { slots[lease.shardID].holder = nil }
    }

    /// The process runs no shard any more and will not come again.
    public mutating func leave(_ name: String) {
        holders[name] = nil
        for id in slots.indices where slots[id].holder == name { slots[id].holder = nil }
    }

    public func isHeld(_ lease: ShardLease, by name: String) -> Bool {
        slots.indices.contains(lease.shardID) && slots[lease.shardID] == Slot(holder: name, fence: lease.fence)
    }

    private mutating func forgetTheDead(but name: String, at now: Timestamp) {
        // One that lives far beyond any lease had a wrong clock, and nobody would wait it out.
        holders = holders.filter { $0.key == name || $0.value.until > now && $0.value.until < now + .seconds(60) }
        for id in slots.indices {
            if let holder = slots[id].holder, holder != name, holders[holder] == nil { slots[id].holder = nil }
        }
    }

    private mutating func take(_ shards: Range<Int>, _ name: String, evenFromOthers: Bool) {
        for id in shards where slots[id].holder != name && (evenFromOthers || slots[id].holder == nil) {
            slots[id] = Slot(holder: name, fence: slots[id].fence + 1)
        }
    }

    /// All that it has, where others could run it; if there are none, it may as well go on trying.
    private func leave(toOthersThan name: String) -> Set<Int> {
        guard holders.contains(where: { $0.key != name && $0.value.isSharing }) else { return [] }
        return Set(slots.indices.filter { slots[$0].holder == name })
    }

    /// Brings a sharing process nearer to its part: takes free shards, or says which ones it has to leave.
    ///
    /// The parts differ by one at most; the larger ones go to those who have most, so that nothing moves in vain.
    private mutating func share(_ name: String) -> Set<Int> {
        let sharers = holders.filter(\.value.isSharing).keys
        let pool = slots.indices.filter { id in slots[id].holder.map { sharers.contains($0) } ?? true }
        let held = Dictionary(grouping: pool.filter { slots[$0].holder != nil }) { slots[$0].holder ?? "" }
        let ranked = sharers.sorted { (held[$1]?.count ?? 0, $0) < (held[$0]?.count ?? 0, $1) }
        let rank = ranked.firstIndex(of: name) ?? 0
        let part = pool.count / ranked.count + (rank < pool.count % ranked.count ? 1 : 0)
        let mine = held[name] ?? []
        guard mine.count <= part else { return Set(mine.dropFirst(part)) }
        for id in pool.filter({ slots[$0].holder == nil }).prefix(part - mine.count) {
            slots[id] = Slot(holder: name, fence: slots[id].fence + 1)
        }
        return []
    }
}
