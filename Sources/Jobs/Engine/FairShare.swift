/// The fair order of a queue: weighted fair queueing over users, and among equals over guilds, as pure arithmetic.
///
/// A queue has a virtual time. A job's tag is the virtual moment at which its user's share would have paid for it: the
/// later of the queue's time and the end of that user's previous job, plus cost / weight. Claims go by the smallest tag,
/// and the queue's time follows them. This is deficit round robin with a quantum of one unit, written down as one sortable
/// number per job: the next job and a job's position are index look-ups in any database, and nobody who asks for one
/// picture waits behind the ninety of somebody else. Users who tie are ordered by the same rule over their guilds, so
/// that a small guild does not wait behind all of a large one.
///
/// Source: Golestani, "A self-clocked fair queueing scheme for broadband applications", INFOCOM 1994.
enum FairShare {
    /// Virtual time of one unit at weight 100.
    static let unit: Int64 = 10_000

    /// Virtual time that `cost` units take at `weight` per cent; at least 1.
    static func span(cost: Int, weight: Int) -> Int64 { max(1, Int64(cost) * unit * 100 / Int64(weight)) }

    /// The tag of a new job.
    /// - Parameters:
    ///   - queueTime: the queue's virtual time.
    ///   - lastTag: the tag of the previous job of the same user (or guild), if it is still known.
    static func tag(queueTime: Int64, lastTag: Int64?, span: Int64) -> Int64 { max(queueTime, lastTag ?? queueTime) + span }
}

/// A job's place in the fair order; smaller goes first.
struct FairPlace: Sendable, Hashable {
    /// By user.
    var tag: Int64
    /// By guild, among equal tags.
    var guildTag: Int64
}
