import Foundation

/// The files of an export: one, several, or a folder of them; the parts of a partitioned channel after one another.
public struct ExportFiles: Sendable, Hashable {
    public let paths: [String]
    /// Bytes of all.
    public let size: Int

    /// - Parameter named: files and folders. Of a folder, what looks like an export, without the folders of assets beside it.
    public init(_ named: [String]) throws {
        var found: [String] = []
        for path in named {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                throw ExportError(.notFound, "there is no file \(path)")
            }
            found += isFolder.boolValue ? try Self.exports(in: path) : [path]
        }
        guard !found.isEmpty else { throw ExportError(.notFound, "there is no export (.json, .csv, .html, .txt, .zip) in \(named[0])") }
        paths = found
        size = try found.reduce(0) { sum, path in
            sum + (try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0)
        }
    }

    private static func exports(in folder: String) throws -> [String] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        return names.filter { ["json", "csv", "html", "htm", "txt", "zip"].contains(($0 as NSString).pathExtension.lowercased()) }
            .sorted { Self.rank($0) < Self.rank($1) }.map { "\(folder)/\($0)" }
    }

    /// `name [part 2].json` comes between `name.json` and `name [part 10].json`.
    private static func rank(_ name: String) -> Rank {
        let stem = (name as NSString).deletingPathExtension
        guard stem.hasSuffix("]"), let start = stem.range(of: " [part ", options: .backwards),
            let part = Int(stem[start.upperBound...].dropLast())
        else { return Rank(stem: stem, part: 1) }
        return Rank(stem: String(stem[..<start.lowerBound]), part: part)
    }

    private struct Rank: Comparable {
        let stem: String
        let part: Int

        static func < (a: Rank, b: Rank) -> Bool { (a.stem, a.part) < (b.stem, b.part) }
    }
}
