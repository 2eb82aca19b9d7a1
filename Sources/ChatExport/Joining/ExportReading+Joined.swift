extension ExportReading {
    /// As ``read(progress:each:)``, with what each message answers.
    ///
    /// - Parameter each: told every message in the order of the files.
    public func readJoined(
        progress: (Double) throws -> Void = { _ in }, each: (ExportedMessage, ReplyJoiner.Answered?) throws -> Void
    ) throws -> [ExportedDocument] {
        var joiner = ReplyJoiner()
        var current: Int?
        let documents = try read(progress: progress) { message, conversation in
            if let now = current, now != conversation { try joiner.finish(each) }
            current = conversation
            try joiner.take(message, each)
        }
        try joiner.finish(each)
        return documents
    }
}
