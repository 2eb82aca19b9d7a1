// Adapters that were used lately, by name. Their numbers lie in files that have no name any more: the system keeps the pages that are
// used and may drop the others, and nothing is left when the process ends.
import Foundation
import Synchronization

public final class AdapterShelf: Sendable {
    private struct Entry {
        var adapter: LoRAAdapter
        var usedAt: Int
    }

    private struct Entries {
        var byName: [String: Entry] = [:]
        var uses = 0
    }

    private let places: Int
    private let entries = Mutex(Entries())

    /// - Parameter places: adapters that are ready at a time; of more, those that were not used for longest go.
    public init(places: Int = 1_000) { self.places = places }

    public func adapter(_ name: String) -> LoRAAdapter? {
        entries.withLock { entries in
            entries.uses += 1
            entries.byName[name]?.usedAt = entries.uses
            return entries.byName[name]?.adapter
        }
    }

    /// Takes up an adapter.
    /// - Parameters:
    ///   - settings: the bytes of `adapter_config.json`.
    ///   - weights: those of `adapter_model.safetensors`.
    public func put(_ name: String, settings: [UInt8], weights: [UInt8], for model: GPT2Model) throws -> LoRAAdapter {
        let folder = FileManager.default.temporaryDirectory.appending(path: "adapter-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(settings).write(to: folder.appending(path: LoRAAdapter.configuration))
        try Data(weights).write(to: folder.appending(path: LoRAAdapter.weights))
        let adapter = try LoRAAdapter(path: folder.path, for: model)
        entries.withLock { entries in
            entries.uses += 1
            entries.byName[name] = Entry(adapter: adapter, usedAt: entries.uses)
            if entries.byName.count > places, let oldest = entries.byName.min(by: { $0.value.usedAt < $1.value.usedAt }) {
                entries.byName[oldest.key] = nil
            }
        }
        return adapter
    }

    public func drop(_ name: String) { entries.withLock { $0.byName[name] = nil } }
}
