import ArgumentParser
import Discord

/// Which shards a bot process is to run: what `--shards` says.
struct ShardWish: Sendable, Hashable {
    /// A dead process is replaced within this, a third of it, and the time that a resume takes.
    static let longestLease: Duration = .seconds(9)
    /// Discord's own bound is not known; this is far above any bot's number.
    private static let most = 16_384

    var choice: ShardChoice = .all
    /// How many there are in all; nil: as Discord recommends.
    var count: Int?
}

extension ShardWish: ExpressibleByArgument {
    /// Reads `0-3/16`, `5/16` or `/16`.
    init?(argument: String) {
        let halves = argument.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2, let count = Int(halves[1]), (1...Self.most).contains(count) else { return nil }
        self.count = count
        guard !halves[0].isEmpty else {
            choice = .share
            return
        }
        let ends = halves[0].split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first >= 0, first <= last, last < count
        else { return nil }
        choice = .only(first...last)
    }
}
