import DequeModule
import OrderedCollections
import Support

/// Decides what is said next. Pure: entries are numbers, time is an argument; ``Outbox`` holds the texts and does the talking.
///
/// *Progress* is worth only its latest word: a newer one replaces an older one that waits, and it goes at most once in
/// ``Configuration/progressInterval``. A *final* is never dropped: it goes before progress, drops what progress waits on its
/// line, and closes the line for progress that comes late.
struct OutboxQueue: Sendable {
    struct Configuration: Sendable {
        /// The least time between the ends of a line's edit and its next progress.
        var progressInterval: Duration = .milliseconds(1_200)
        /// Calls to one channel or interaction in ``budgetSpan``; REST's own limiter knows better, but learns it from refusals.
        var budget = 5
        var budgetSpan: Duration = .seconds(5)
        /// Of the budget, what progress leaves to finals.
        var reserve = 2
        /// Calls under way at once.
        var concurrency = 64
        /// Finals that may wait; progress beyond half of it is dropped.
        var capacity = 10_000
        /// Lines remembered as closed.
        var closedLines = 10_000
        /// Waits between tries of a final.
        var backoff = Backoff(base: .seconds(1), cap: .seconds(30))
    }

    struct EntryID: Sendable, Hashable, Comparable {
        let number: UInt64
        static func < (a: EntryID, b: EntryID) -> Bool { a.number < b.number }
    }

    enum Step: Sendable, Hashable {
        case send(EntryID)
        case wait(until: Timestamp)
        /// Nothing to do before something is asked for or comes back.
        case idle
    }

    /// How a sending ended.
    enum Outcome: Sendable, Hashable {
        case sent
        /// Again later; `after` is what Discord demanded, if it did.
        case failedForNow(after: Duration?)
        /// There is no use in trying again; `lineIsGone` when nothing can be said there any more.
        case failed(lineIsGone: Bool)
    }

    private struct Line {
        var progress: EntryID?
        var finals: Deque<EntryID> = []
        var inFlight: EntryID?
        var inFlightIsFinal = false
        var progressNotBefore: Timestamp?
        var finalNotBefore: Timestamp?
        var failures = 0

        var isEmpty: Bool { progress == nil && finals.isEmpty && inFlight == nil }
    }

    let configuration: Configuration
    private var lines: OrderedDictionary<OutboxLine, Line> = [:]
    private var lineOfEntry: [EntryID: OutboxLine] = [:]
    private var spent: [OutboxLine.Budget: Deque<Timestamp>] = [:]
    private var closed: OrderedSet<OutboxLine> = []
    private var inFlightCount = 0
    private var finalCount = 0
    private var nextNumber: UInt64 = 1
    private var sweepAt = 256

    init(configuration: Configuration = Configuration()) { self.configuration = configuration }

    /// Whether anything waits or is under way.
    var isEmpty: Bool { lineOfEntry.isEmpty }
    var hasFinals: Bool { finalCount > 0 }
    /// Lines of which something is remembered.
    var lineCount: Int { lines.count }

    /// Takes in progress. Nil: it came too late, or there is no room; `replaced` is what need no longer be said.
    mutating func progress(on name: OutboxLine) -> (entry: EntryID?, replaced: EntryID?) {
        if hasFinal(on: name) { return (nil, nil) }
        let replaced = lines[name]?.progress
        guard replaced != nil || lineOfEntry.count < configuration.capacity / 2 else { return (nil, nil) }
        let entry = makeEntry(on: name)
        lines[name, default: Line()].progress = entry
        if let replaced { lineOfEntry[replaced] = nil }
        return (entry, replaced)
    }

    /// Whether the line is closed, or about to be.
    func hasFinal(on name: OutboxLine) -> Bool {
        closed.contains(name) || lines[name].map { !$0.finals.isEmpty || $0.inFlightIsFinal } == true
    }

    /// Takes progress on a line again: its message is to get another final.
    mutating func reopen(_ name: OutboxLine) { closed.remove(name) }

    /// Takes in a final. Nil: there is no room.
    mutating func final(on name: OutboxLine) -> (entry: EntryID, dropped: EntryID?)? {
        guard finalCount < configuration.capacity else { return nil }
        let entry = makeEntry(on: name)
        finalCount += 1
        var line = lines[name] ?? Line()
        let dropped = line.progress
        line.progress = nil
        line.finals.append(entry)
        lines[name] = line
        if let dropped { lineOfEntry[dropped] = nil }
        return (entry, dropped)
    }

    /// Takes back what waits; false when it is under way or done.
    mutating func withdraw(_ entry: EntryID) -> Bool {
        guard let name = lineOfEntry[entry], var line = lines[name], line.inFlight != entry else { return false }
        if line.progress == entry { line.progress = nil } else { finalCount -= 1 }
        line.finals.removeAll { $0 == entry }
        lines[name] = line
        lineOfEntry[entry] = nil
        return true
    }

    /// Drops all progress that waits: when the process is about to end.
    mutating func dropProgress() -> [EntryID] {
        var dropped: [EntryID] = []
        for name in lines.keys {
            guard let entry = lines[name]?.progress else { continue }
            lines[name]?.progress = nil
            lineOfEntry[entry] = nil
            dropped.append(entry)
        }
        return dropped
    }

    private mutating func makeEntry(on name: OutboxLine) -> EntryID {
        let entry = EntryID(number: nextNumber)
        nextNumber += 1
        lineOfEntry[entry] = name
        return entry
    }

    /// What to do at this moment: finals first, in the order of asking; then progress, likewise.
    mutating func next(at now: Timestamp) -> Step {
        sweepIfNeeded(at: now)
        guard inFlightCount < configuration.concurrency else { return .idle }
        var best: (entry: EntryID, name: OutboxLine, isFinal: Bool)?
        var wake: Timestamp?
        for (name, line) in lines where line.inFlight == nil {
            let isFinal = !line.finals.isEmpty
            guard let entry = line.finals.first ?? line.progress else { continue }
            let notBefore = (isFinal ? line.finalNotBefore : line.progressNotBefore) ?? now
            let opens = max(notBefore, budgetOpens(name.budget, isFinal: isFinal, at: now))
            if opens > now {
                wake = min(wake ?? opens, opens)
            } else if best.map({ isFinal == $0.isFinal ? entry < $0.entry : isFinal }) ?? true {
                best = (entry, name, isFinal)
            }
        }
        guard let best else { return wake.map(Step.wait(until:)) ?? .idle }
        lines[best.name]?.inFlight = best.entry
        lines[best.name]?.inFlightIsFinal = best.isFinal
        if best.isFinal { lines[best.name]?.finals.removeFirst() } else { lines[best.name]?.progress = nil }
        inFlightCount += 1
        spent[best.name.budget, default: []].append(now)
        return .send(best.entry)
    }

    /// Takes in how a sending ended.
    mutating func finished(_ entry: EntryID, _ outcome: Outcome, jitter: Double, at now: Timestamp) {
        guard let name = lineOfEntry[entry], var line = lines[name], line.inFlight == entry else { return }
        let isFinal = line.inFlightIsFinal
        line.inFlight = nil
        line.inFlightIsFinal = false
        line.progressNotBefore = now + configuration.progressInterval
        inFlightCount -= 1
        switch outcome {
        case .sent, .failed:
            line.failures = 0
            line.finalNotBefore = nil
            lineOfEntry[entry] = nil
            if isFinal { finalCount -= 1 }
            if isFinal || outcome == .failed(lineIsGone: true) { close(name) }
        case .failedForNow(let after):
            line.failures += 1
            let wait = max(after ?? .zero, configuration.backoff.delay(attempt: line.failures, jitter: jitter))
            line.progressNotBefore = now + max(wait, configuration.progressInterval)
            if isFinal {
                line.finalNotBefore = now + wait
                line.finals.prepend(entry)
            } else {
                // Progress is not repeated; the next word will do.
                lineOfEntry[entry] = nil
            }
        }
        lines[name] = line
    }

    private func budgetOpens(_ budget: OutboxLine.Budget, isFinal: Bool, at now: Timestamp) -> Timestamp {
        let allowed = max(1, isFinal ? configuration.budget : configuration.budget - configuration.reserve)
        guard let sent = spent[budget], sent.count >= allowed else { return now }
        return sent[sent.count - allowed] + configuration.budgetSpan
    }

    private mutating func close(_ name: OutboxLine) {
        guard case .address = name else { return }
        closed.append(name)
        if closed.count > configuration.closedLines { closed.removeFirst() }
    }

    private mutating func sweepIfNeeded(at now: Timestamp) {
        guard lines.count + spent.count >= sweepAt else { return }
        lines.removeAll { $0.value.isEmpty && ($0.value.progressNotBefore ?? now) <= now }
        for budget in Array(spent.keys) {
            spent[budget]?.removeAll { $0 + configuration.budgetSpan <= now }
            if spent[budget]?.isEmpty == true { spent[budget] = nil }
        }
        sweepAt = max(256, 2 * (lines.count + spent.count))
    }
}
