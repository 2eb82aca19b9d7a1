import Foundation
import Testing

@testable import ChatExport

@Suite("Files and folders of exports")
struct FilesTests {
    static func json(_ text: String) -> String { #"{"messages":[{"id":"1","content":"\#(text)","author":{"name":"a"}}]}"# }

    @Test func `the parts of a channel are read in their order and assets are left alone`() throws {
        try withFolder { folder in
            for (name, text) in [("G [2] [part 10]", "ten"), ("G [2]", "one"), ("G [2] [part 2]", "two")] {
                try Self.json(text).write(toFile: "\(folder)/\(name).json", atomically: true, encoding: .utf8)
            }
            try FileManager.default.createDirectory(atPath: "\(folder)/G [2].json_Files", withIntermediateDirectories: false)
            try "x".write(toFile: "\(folder)/G [2].json_Files/a.json", atomically: true, encoding: .utf8)
            var texts: [String] = []
            let documents = try ExportReading(ExportFiles([folder])).read { message, _ in texts.append(message.content) }
            #expect(texts == ["one", "two", "ten"])
            #expect(documents.map(\.format) == [.json, .json, .json])
        }
    }

    @Test func `formats are known by their bytes, not by their names`() {
        #expect(ExportFormat.of(Array("\u{FEFF} {\"a\":1}".utf8)) == .json)
        #expect(ExportFormat.of(Array("<!DOCTYPE html>".utf8)) == .html)
        #expect(ExportFormat.of(Array("=====".utf8)) == .text)
        #expect(ExportFormat.of([0x50, 0x4B, 3, 4]) == .package)
        #expect(ExportFormat.of(Array("AuthorID,Author".utf8)) == .csv)
        #expect(ExportFormat.of([1, 0, 0, 7]) == nil)
    }

    @Test func `a path that is not there is named`() {
        let error = #expect(throws: ExportError.self) { try ExportFiles(["/nowhere/at/all.json"]) }
        #expect(error?.description.contains("/nowhere/at/all.json") == true)
    }

    @Test func `a damaged file does not keep the others from being read`() throws {
        try withFolder { folder in
            try #"{"messages":[{"content":"cut"#.write(toFile: "\(folder)/a.json", atomically: true, encoding: .utf8)
            try Self.json("whole").write(toFile: "\(folder)/b.json", atomically: true, encoding: .utf8)
            var texts: [String] = []
            let documents = try ExportReading(ExportFiles([folder])).read { message, _ in texts.append(message.content) }
            #expect(texts == ["whole"])
            #expect(documents.map { $0.problem?.code } == [.truncated, nil])
        }
    }
}
