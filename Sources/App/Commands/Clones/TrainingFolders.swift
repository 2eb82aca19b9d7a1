import Foundation
import Memory

/// Where unfinished trainings lie, one folder a clone, beside the database. What belongs to nobody who allows it is swept away.
struct TrainingFolders {
    private let place: URL

    init(_ settings: Settings) {
        var folder = URL(filePath: FileManager.default.currentDirectoryPath, directoryHint: .isDirectory)
        if settings.database.hasPrefix("sqlite:") {
            folder = URL(filePath: String(settings.database.dropFirst(7)), relativeTo: folder).deletingLastPathComponent()
        }
        place = folder.appending(path: "troupe-training")
    }

    func folder(of clone: Clone.ID) -> URL { place.appending(path: "clone-\(clone)") }

    func remove(_ clone: Clone.ID) { remove(folder(of: clone)) }

    /// Removes what is kept of clones that are gone or may not be trained.
    func sweep(_ store: CloneStore) async throws {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? [] where name.hasPrefix("clone-") {
            let clone = Clone.ID(name.dropFirst(6))
            if let clone, try await store.clone(clone)?.mayTrain == true { continue }
            remove(place.appending(path: name))
        }
    }

    private func remove(_ folder: URL) {
        try? FileManager.default.removeItem(at: folder)
        // Only where it is empty.
        rmdir(place.path)
    }
}
