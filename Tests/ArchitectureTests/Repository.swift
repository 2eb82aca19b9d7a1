import Foundation

/// The checkout that these tests belong to.
enum Repository {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    struct Module {
        var name: String
        var swiftFiles: [URL]
    }

    /// The Swift modules in `Sources`, with their files.
    static func modules() throws -> [Module] {
        let sources = root.appending(path: "Sources")
        return try FileManager.default.contentsOfDirectory(at: sources, includingPropertiesForKeys: nil)
            .map { Module(name: $0.lastPathComponent, swiftFiles: swiftFiles(below: $0)) }
            .filter { !$0.swiftFiles.isEmpty }
            .sorted { $0.name < $1.name }
    }

    private static func swiftFiles(below folder: URL) -> [URL] {
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        return files?.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }.sorted { $0.path < $1.path } ?? []
    }
}

/// The import lines of one file.
enum Imports {
    static func of(_ file: URL) throws -> [String] {
        let line =
            /^(?:@\w+(?:\(\w+\))? )*(?:(?:public|package|internal|private|fileprivate) )?import (?:(?:struct|class|enum|protocol|func|var|let|typealias) )?(\w+)/
        return try String(contentsOf: file, encoding: .utf8)
            .split(separator: "\n")
            .compactMap { try? line.prefixMatch(in: $0).map { String($0.1) } }
    }
}

/// The table "module | is | may import (of ours)" of ARCHITECTURE.md.
struct ModuleTable {
    var allowed: [String: Set<String>] = [:]

    init(readingFrom file: URL) throws {
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") where line.hasPrefix("| `") {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count >= 3 else { continue }
            let names = cells[2].matches(of: /`(\w+)`/).map { String($0.1) }
            allowed[cells[0].trimmingCharacters(in: ["`"])] = Set(names)
        }
    }
}
