import Support

/// CSV of three makes: DiscordChatExporter's, with an author a row; an old data package's, `ID,Timestamp,Contents,Attachments`; and
/// one column of texts by one person, as people collect for training.
struct CSVExportReader: ExportReader {
    private struct Columns {
        var content: Int
        var author: Int?
        var authorID: Int?
        var date: Int?
        var id: Int?
        var attachments: Int?
    }

    let channel: ExportedChannel
    /// Who wrote what names no author.
    private let owner: ExportedAuthor?
    private var rows = CSVRows()
    private var columns: Columns?

    init(channel: ExportedChannel = ExportedChannel(), owner: ExportedAuthor? = nil) {
        self.channel = channel
        self.owner = owner
    }

    mutating func feed(_ bytes: [UInt8], _ each: (ExportedMessage) throws -> Void) throws {
        var columns = columns
        let owner = owner
        try rows.feed(bytes) { try Self.take($0, &columns, owner, each) }
        self.columns = columns
    }

    mutating func finish(_ each: (ExportedMessage) throws -> Void) throws {
        var columns = columns
        let owner = owner
        try rows.finish { try Self.take($0, &columns, owner, each) }
    }

    private static func take(
        _ row: [String], _ columns: inout Columns?, _ owner: ExportedAuthor?, _ each: (ExportedMessage) throws -> Void
    ) throws {
        guard let known = columns else {
            columns = try header(row)
            if row.count == 1, !isTitle(row[0]), let columns { try give(row, columns, owner, each) }
            return
        }
        try give(row, known, owner, each)
    }

    private static func header(_ row: [String]) throws -> Columns {
        if row.count == 1 { return Columns(content: 0) }
        let names = row.map { $0.lowercased() }
        func column(_ titles: String...) -> Int? { names.firstIndex { titles.contains($0) } }
        guard let content = column("content", "contents", "message", "text") else {
            throw ExportError(.unknownFormat, "the first row of the CSV names no column Content, as DiscordChatExporter's does")
        }
        return Columns(
            content: content, author: column("author", "username"), authorID: column("authorid"), date: column("date", "timestamp"),
            id: column("id", "messageid"), attachments: column("attachments"))
    }

    private static func isTitle(_ text: String) -> Bool {
        ["content", "contents", "message", "messages", "text", "texts"].contains(text.lowercased())
    }

    private static func give(
        _ row: [String], _ columns: Columns, _ owner: ExportedAuthor?, _ each: (ExportedMessage) throws -> Void
    ) throws {
        func field(_ column: Int?) -> String? { column.flatMap { $0 < row.count ? row[$0] : nil } }
        guard let content = field(columns.content) else { return }
        let named = field(columns.author).map { ExportedAuthor(id: field(columns.authorID).flatMap(UInt64.init), name: $0) }
        try each(
            ExportedMessage(
                id: field(columns.id).flatMap(UInt64.init), author: named ?? owner ?? ExportedAuthor(name: "the author"),
                sentAt: field(columns.date).flatMap(ExportedTime.parse), content: content,
                attachments: field(columns.attachments).map { $0.split { $0 == "," || $0 == " " }.count } ?? 0))
    }
}
