import ChatExport
import Memory
import Support

/// What one person wrote, cleaned, with what it answers; the latest, where there is more than is kept.
struct CloneLesson {
    let person: UInt64
    let author: String?
    private(set) var cleaner = TextCleaner()
    private(set) var examples: [CloneExample] = []

    /// - Parameter author: who wrote it in the export, where it is not told by the id: a name.
    init(person: UInt64, author: String? = nil) {
        self.person = person
        self.author = author
    }

    mutating func take(_ message: ExportedMessage, _ answered: ReplyJoiner.Answered?) {
        let isTheirs = message.author.id.map { $0 == person } ?? author.map { message.author.isCalled($0) } ?? false
        guard isTheirs, let text = cleaner.take(message) else { return }
        let answers = answered.map(\.content).flatMap { $0.isEmpty || TextCleaner.isPrivate($0) ? nil : $0 }
        examples.append(CloneExample(content: text, answers: answers, saidAt: message.sentAt))
        if examples.count > 2 * CloneStore.examplesOfClone { keepLatest() }
    }

    /// Teaches the clone all of it. Returns how much was new; nil where the clone was erased meanwhile.
    func teach(_ clone: Clone.ID, in store: CloneStore, at now: Timestamp) async throws -> Int? {
        var new = 0
        for start in stride(from: 0, to: examples.count, by: 500) {
            guard let more = try await store.teach(Array(examples[start..<min(start + 500, examples.count)]), to: clone, at: now) else {
                return nil
            }
            new += more
        }
        _ = try await store.trim(clone)
        return new
    }

    private mutating func keepLatest() {
        examples.sort { ($0.saidAt ?? .distantPast) > ($1.saidAt ?? .distantPast) }
        examples.removeLast(examples.count - CloneStore.examplesOfClone)
    }
}

extension Timestamp {
    fileprivate static let distantPast = Timestamp(millisecondsSinceEpoch: 0)
}
