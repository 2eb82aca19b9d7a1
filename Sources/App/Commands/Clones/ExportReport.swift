import ChatExport

/// What an import found, kept and dropped, in words or as JSON.
struct ExportReport: Encodable {
    struct File: Encodable {
        var path: String
        var format: String
        var messages: Int
        var problem: String?
    }

    struct Author: Encodable {
        var name: String
        var id: String?
        var messages: Int
    }

    struct Dropped: Encodable {
        var reason: String
        var messages: Int
        var why: String
        var samples: [String]
    }

    var files: [File]
    var authors: [Author]
    var kept: Int
    var dropped: [Dropped]
    var samples: [String]
    /// Of the kept, those that were not there before.
    var new: Int?

    init(_ report: CleaningReport, documents: [ExportedDocument], authors: [ExportedAuthor: Int]) {
        files = documents.map { File(path: $0.path, format: $0.format.rawValue, messages: $0.messages, problem: $0.problem?.description) }
        self.authors = authors.sorted { ($0.value, $1.key.name) > ($1.value, $0.key.name) }.prefix(50).map { author, count in
            Author(name: author.shownName, id: author.id.map { "\($0)" }, messages: count)
        }
        kept = report.kept
        dropped = DropReason.allCases.compactMap { reason in
            report.dropped[reason].map {
                Dropped(reason: reason.rawValue, messages: $0, why: reason.words, samples: report.droppedSamples[reason] ?? [])
            }
        }
        samples = report.keptSamples
    }

    func say(asJSON: Bool, new: Int? = nil, name: String? = nil) throws {
        if asJSON {
            var report = self
            report.new = new
            return try Terminal.say(json: report)
        }
        for file in files {
            Terminal.say("\(file.path): \(file.messages) messages, \(file.format)\(file.problem.map { "; \($0)" } ?? "")")
        }
        for author in authors {
            Terminal.say("  \(author.name)\(author.id.map { " (\($0))" } ?? ""): \(author.messages)")
        }
        for reason in dropped { Terminal.say("dropped \(reason.messages): \(reason.why). \(Self.quoted(reason.samples))") }
        Terminal.say("kept \(kept). \(Self.quoted(samples))")
        if let new, let name { Terminal.say("\(name)'s clone knows \(new) more") }
        if files.allSatisfy({ $0.format != ExportFormat.package.rawValue }) {
            Terminal.say("Discord's developer policy forbids training on messages taken through its API without Discord's leave.")
        }
    }

    private static func quoted(_ samples: [String]) -> String { samples.map { "“\($0)”" }.joined(separator: " ") }
}
