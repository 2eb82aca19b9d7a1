/// Whether a transaction that failed is tried again, and when: pure.
///
/// A conflict is tried again at once and then ever later; from the second time on such transactions queue up for one another
/// (``mustQueue``), so that none starves. A server that went away is waited for, but only once: while it stays away,
/// later transactions fail as soon as they find that out.
struct PostgresRetry {
    enum Decision: Hashable {
        case again(after: Duration)
        case giveUp
    }

    /// How long conflicts are tried again, and a server that is away is waited for.
    let patience: Duration
    private var conflicts = 0
    private var repeats = 0
    private var absences = 0

    init(patience: Duration) { self.patience = patience }

    /// Whether the transaction takes its turn behind others that were in conflict before.
    var mustQueue: Bool { conflicts >= 2 }

    /// - Parameters:
    ///   - spent: since the transaction was first tried.
    ///   - away: since when the server cannot be reached, from any transaction; nil if it answers.
    ///   - jitter: 0…1.
    mutating func decide(_ failure: PostgresFailure, spent: Duration, away: Duration?, jitter: Double) -> Decision {
        if failure.timedOut { return .giveUp }
        switch failure.state {
        case "40001", "40P01":
            conflicts += 1
            guard conflicts < 100, spent < patience else { return .giveUp }
            return .again(after: .microseconds(Int64(Double(min(50_000, 200 << min(conflicts, 8))) * jitter)))
        case PostgresFailure.stalePlan, "26000", "23505", "25006":
            // 23505: the row that was in the way may not have been visible yet; if the rule is really broken, it will be again.
            // 25006: what was the primary is none any more; another connection may find the new one.
            repeats += 1
            return repeats <= 2 ? .again(after: .zero) : .giveUp
        case let state where failure.kind == .lost || Self.passes(state) || (failure.kind == .connect && state.isEmpty):
            absences += 1
            if absences == 1, failure.kind == .lost { return .again(after: .zero) }
            guard (away ?? spent) < patience else { return .giveUp }
            return .again(after: .microseconds(Int64(Double(min(500_000, 10_000 << min(absences, 6))) * (0.5 + jitter / 2))))
        default: return .giveUp
        }
    }

    /// 57P03: starting up. 57P01, 57P02: going down. 53300: no connection left.
    private static func passes(_ state: String) -> Bool { ["57P01", "57P02", "57P03", "53300"].contains(state) }
}
