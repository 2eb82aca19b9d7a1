import Foundation

/// What was read of one file.
public struct ExportedDocument: Sendable, Hashable {
    public var path: String
    public var format: ExportFormat
    public var channel: ExportedChannel
    /// Whose data package it is.
    public var owner: ExportedAuthor?
    public var messages = 0
    /// Why it could not be read to its end; what came before counts.
    public var problem: ExportError?
}

/// Reads exports from files: finds out the format and streams, a quarter of a megabyte at a time.
public struct ExportReading {
    private static let chunk = 262_144

    let files: ExportFiles
    /// Who wrote what names no author, as a column of texts.
    let owner: ExportedAuthor?

    public init(_ files: ExportFiles, owner: ExportedAuthor? = nil) {
        self.files = files
        self.owner = owner
    }

    /// - Parameters:
    ///   - progress: told the fraction done, now and then.
    ///   - each: told every message in the order of the files, and which conversation it belongs to, counted from 0.
    /// - Returns: what the files were. A file that is damaged is read as far as it goes and says so.
    /// - Throws: what `progress` and `each` throw; ``ExportError`` for a file whose format is unknown.
    public func read(
        progress: (Double) throws -> Void = { _ in }, each: (ExportedMessage, Int) throws -> Void
    ) throws -> [ExportedDocument] {
        var done = 0
        var conversation = 0
        return try files.paths.map { path in
            guard let file = FileHandle(forReadingAtPath: path) else { throw ExportError(.notFound, "\(path) cannot be opened") }
            defer { try? file.close() }
            let start = try file.read(upToCount: 4_096).map(Array.init) ?? []
            guard let format = ExportFormat.of(start) else {
                throw ExportError(.unknownFormat, "\(path) is no export that is known here: JSON, CSV, HTML, TXT or a data package (.zip)")
            }
            var document = ExportedDocument(path: path, format: format, channel: ExportedChannel())
            let before = done
            func tell(_ bytes: Int) throws { try progress(min(1, Double(before + bytes) / Double(max(1, files.size)))) }
            if format == .package {
                try package(file, &document, &conversation, tell, each)
            } else {
                try plain(file, start, &document, conversation, tell, each)
                conversation += 1
            }
            done += Int(try file.seekToEnd())
            return document
        }
    }

    private func package(
        _ file: FileHandle, _ document: inout ExportedDocument, _ conversation: inout Int, _ progress: (Int) throws -> Void,
        _ each: (ExportedMessage, Int) throws -> Void
    ) throws {
        do {
            var channel: UInt64?
            var count = 0
            var index = conversation
            let archive = try ZipArchive(file)
            let read = try PackageReader(archive: archive).read(progress: progress) { message, place in
                if place.id != channel { index += 1 }
                channel = place.id
                count += 1
                try each(message, index)
            }
            document.messages = count
            document.owner = read.owner
            conversation = index + 1
        } catch let error as ExportError {
            document.problem = error
        }
    }

    private func plain(
        _ file: FileHandle, _ start: [UInt8], _ document: inout ExportedDocument, _ conversation: Int, _ progress: (Int) throws -> Void,
        _ each: (ExportedMessage, Int) throws -> Void
    ) throws {
        var reader: any ExportReader =
            switch document.format {
            case .json: JSONExportReader(owner: owner)
            case .csv: CSVExportReader(owner: owner)
            case .html: HTMLExportReader()
            case .text, .package: TextExportReader()
            }
        var count = 0
        var read = 0
        do {
            var bytes = start
            while !bytes.isEmpty {
                try reader.feed(bytes) {
                    count += 1
                    try each($0, conversation)
                }
                read += bytes.count
                try progress(read)
                bytes = try file.read(upToCount: Self.chunk).map(Array.init) ?? []
            }
            try reader.finish {
                count += 1
                try each($0, conversation)
            }
        } catch let error as ExportError {
            document.problem = error
        }
        document.messages = count
        document.channel = reader.channel
    }
}
