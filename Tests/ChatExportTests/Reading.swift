import Foundation
import Support

@testable import ChatExport

/// Reads an export from memory, in pieces of a given length, as a file would come.
func read(_ text: String, with reader: any ExportReader, pieces: Int = 4_096) throws -> [ExportedMessage] {
    var reader = reader
    var messages: [ExportedMessage] = []
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
        try reader.feed(Array(rest.prefix(pieces))) { messages.append($0) }
        rest = rest.dropFirst(pieces)
    }
    try reader.finish { messages.append($0) }
    return messages
}

/// A folder of its own for a test, gone afterwards.
func withFolder(_ body: (String) throws -> Void) throws {
    let path = NSTemporaryDirectory() + "export-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
}

func moment(_ text: String) -> Timestamp { ExportedTime.parse(text)! }
