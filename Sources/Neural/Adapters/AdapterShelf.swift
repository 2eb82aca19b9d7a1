// Adapters that were used lately, by name, as long as there is room for them. They lie in memory only: nothing of a person is put
// anywhere else than where it is kept.
import Synchronization

public final class AdapterShelf: Sendable {
    private struct Entry {
        var adapter: LoRAAdapter
        var usedAt: Int
    }

    private struct Entries {
        var byName: [String: Entry] = [:]
        var uses = 0
        var bytes = 0

        mutating func drop(_ name: String) { bytes -= byName.removeValue(forKey: name)?.adapter.size ?? 0 }
    }

    private let room: Int
    private let entries = Mutex(Entries())

    /// - Parameter room: bytes that adapters take together; of more, those that were not used for longest go. The latest always stays.
    public init(room: Int = 1 << 30) { self.room = room }

    /// Bytes that those at hand take.
    public var bytes: Int { entries.withLock(\.bytes) }

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
    public func put(_ name: String, settings: [UInt8], weights: [UInt8], for model: BaseModel) throws -> LoRAAdapter {
        let adapter = try LoRAAdapter(settings: settings, weights: weights, for: model)
        entries.withLock { entries in
            entries.drop(name)
            entries.uses += 1
            entries.byName[name] = Entry(adapter: adapter, usedAt: entries.uses)
            entries.bytes += adapter.size
            while entries.bytes > room, entries.byName.count > 1,
                let oldest = entries.byName.min(by: { $0.value.usedAt < $1.value.usedAt })
            {
                entries.drop(oldest.key)
            }
        }
        return adapter
    }

    public func drop(_ name: String) { entries.withLock { $0.drop(name) } }
}
