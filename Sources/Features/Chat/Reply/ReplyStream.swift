import Support

/// Turns an answer that grows into few messages and edits: one at a time, no faster than people can read and Discord allows.
/// Pure; whoever has the way to Discord performs the steps.
///
/// Knows only the newest text: what came between two steps is never shown. Text may also shrink, when the writing began anew.
struct ReplyStream: Sendable {
    enum Step: Sendable, Hashable {
        /// A new message at this place of the answer, from 0.
        case post(Int, String)
        /// The message there, changed.
        case edit(Int, String)
    }

    /// The least time between two steps.
    let interval: Duration
    private let splitter: MessageSplitter
    private var wanted: [String] = []
    private var shown: [String]
    private var notBefore: Timestamp?

    /// - Parameters:
    ///   - interval: the least time between two steps.
    ///   - posted: messages that are there from before, of unknown content.
    init(interval: Duration = .milliseconds(1_200), posted: Int = 0, splitter: MessageSplitter = MessageSplitter()) {
        self.interval = interval
        self.splitter = splitter
        shown = Array(repeating: "", count: posted)
    }

    /// Takes in all that was written so far.
    /// - Returns: what to do now, if anything.
    mutating func feed(_ text: String, at now: Timestamp) -> Step? {
        wanted = splitter.split(text)
        return next(at: now)
    }

    /// What to do now, if anything: the earliest message that is not as it should be.
    mutating func next(at now: Timestamp) -> Step? {
        if let notBefore, now < notBefore { return nil }
        guard let index = pending else { return nil }
        notBefore = now + interval
        if index < shown.count {
            shown[index] = wanted[index]
            return .edit(index, wanted[index])
        }
        shown.append(wanted[index])
        return .post(index, wanted[index])
    }

    /// The moment of the next step, if there is something to show.
    var due: Timestamp? { pending == nil ? nil : notBefore }

    /// Whether something is not shown yet.
    var isBehind: Bool { pending != nil }

    private var pending: Int? { wanted.indices.first { $0 >= shown.count || shown[$0] != wanted[$0] } }
}
