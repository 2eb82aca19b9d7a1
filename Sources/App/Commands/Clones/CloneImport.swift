import ArgumentParser
import ChatExport
import Memory
import Support

/// `troupe clone import`: looks at an export; with `--person`, teaches that person's clone what they wrote.
struct CloneImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Read exports: DiscordChatExporter's JSON, CSV, HTML, TXT; a person's own data package (.zip); one column of texts.",
        discussion: "Without --person nothing is kept: it says who wrote how much, what would be dropped and why.")

    @Argument(help: "Files, or folders of them.")
    var paths: [String]

    @Option(help: "Whose messages to keep: the id of the person's account.")
    var person: UInt64?

    @Option(help: "Who wrote them in the export, where it is not told by the id: a name.")
    var author: String?

    @Flag(help: "Print the report as JSON.")
    var json = false

    @OptionGroup var owner: CloneOwner
    @OptionGroup var shared: SharedOptions

    func run() async throws {
        let files = try explained { try ExportFiles(paths) }
        guard let person else {
            var look = ImportLook(author: author)
            let documents = try read(files) { message, _ in look.take(message) }
            return try ExportReport(look.cleaner.report, documents: documents, authors: look.authors).say(asJSON: json)
        }
        let store = try CloneStore(shared.settings())
        let clone = try await owner.clone(of: person, in: store)
        var lesson = CloneLesson(person: person, author: author)
        let documents = try read(files) { message, answered in lesson.take(message, answered) }
        guard let new = try await lesson.teach(clone.id, in: store, at: SystemClock().now()) else {
            throw CommandFailure("the clone was erased meanwhile; nothing is kept")
        }
        let report = ExportReport(lesson.cleaner.report, documents: documents, authors: [:])
        try report.say(asJSON: json, new: new, name: clone.name)
    }

    /// Reads all, joined to what they answer, with a bar.
    private func read(
        _ files: ExportFiles, _ each: (ExportedMessage, ReplyJoiner.Answered?) -> Void
    ) throws -> [ExportedDocument] {
        defer { Terminal.endProgress() }
        let name = person.map { ExportedAuthor(id: $0, name: author ?? "the author") }
        return try explained {
            try ExportReading(files, owner: name).readJoined(progress: { Terminal.progress("reading", fraction: $0) }, each: each)
        }
    }

    private func explained<Value>(_ body: () throws -> Value) throws -> Value {
        do { return try body() } catch let error as ExportError { throw CommandFailure(error.description) }
    }
}

/// Who wrote how much, and what of it would be kept.
private struct ImportLook {
    /// No more authors are told apart.
    static let mostAuthors = 100_000

    let author: String?
    var cleaner = TextCleaner()
    var authors: [ExportedAuthor: Int] = [:]

    mutating func take(_ message: ExportedMessage) {
        if message.kind.isWritten, authors[message.author] != nil || authors.count < Self.mostAuthors {
            authors[message.author, default: 0] += 1
        }
        if let author, !message.author.isCalled(author) { return }
        _ = cleaner.take(message)
    }
}
