// TensorFlow's checkpoints of the second version: `NAME.index`, a sorted table of names, shapes and places, and `NAME.data-00000-of-00001`
// with the numbers. The table has LevelDB's form: blocks of entries that share the beginnings of their keys, a block that lists the
// blocks, and a foot. Everything in it is checked before it is believed.

struct TensorBundle: TensorFile {
    static let tableLimit = 64 << 20
    static let entryLimit = 1_000_000

    private struct Entry {
        var isFloat32: Bool
        var shape: [Int]
        var offset: Int
        var size: Int
    }

    let path: String
    private let data: MappedFile
    private let entries: [String: Entry]

    /// - Parameter stem: the path without `.index`.
    init(stem: String) throws(CheckpointError) {
        path = "\(stem).index"
        let table = try MappedFile(path: path)
        guard table.bytes.count <= Self.tableLimit else {
            throw CheckpointError(.outOfBounds, file: path, "is larger than \(Self.tableLimit) bytes")
        }
        guard let read = Self.read(table) else {
            throw CheckpointError(.malformed, file: path, "is not the index of a TensorFlow checkpoint")
        }
        entries = read
        data = try MappedFile(path: "\(stem).data-00000-of-00001")
    }

    func contains(_ name: String) -> Bool { entries[name] != nil }

    /// A leading 1 in the file's shape, which TensorFlow's one-dimensional convolutions have, does not count.
    func tensor(_ name: String, shape: [Int]) throws(CheckpointError) -> TensorView {
        guard let entry = entries[name] else {
            throw CheckpointError(.missingTensor, file: path, item: name, "the tensor is missing")
        }
        let own = entry.shape.count == shape.count + 1 && entry.shape.first == 1 ? Array(entry.shape.dropFirst()) : entry.shape
        guard entry.isFloat32 else { throw CheckpointError(.unsupported, file: path, item: name, "is not of float32") }
        guard own == shape else { throw CheckpointError(.outOfBounds, file: path, item: name, "has the shape \(own), not \(shape)") }
        let size = shape.reduce(4, *)
        guard entry.size == size, entry.offset >= 0, entry.offset <= data.bytes.count - size, let start = data.bytes.baseAddress else {
            throw CheckpointError(.outOfBounds, file: data.path, item: name, "lies past the end of the file")
        }
        return TensorView(file: data, bytes: start + entry.offset, kind: .float32, shape: shape)
    }

    // MARK: The table

    private static let foot = 48
    private static let magic: UInt64 = 0xDB47_7524_8B80_FB57

    private static func read(_ table: MappedFile) -> [String: Entry]? {
        let bytes = Array(table.bytes)
        guard bytes.count >= foot, number(bytes[(bytes.count - 8)...]) == magic else { return nil }
        var handles = Varints(bytes[(bytes.count - foot)...])
        guard handles.next() != nil, handles.next() != nil, let index = block(bytes, &handles), let blocks = pairs(index) else {
            return nil
        }
        var entries: [String: Entry] = [:]
        for (_, handle) in blocks {
            var handle = Varints(handle[...])
            guard let content = block(bytes, &handle), let rows = pairs(content) else { return nil }
            // The empty key is about the bundle as a whole.
            for (key, value) in rows where !key.isEmpty {
                guard let entry = entry(value), entries.count < entryLimit else { return nil }
                entries[String(decoding: key, as: UTF8.self)] = entry
            }
        }
        return entries
    }

    /// Where a handle points; nil for blocks that are compressed, which checkpoints are not.
    private static func block(_ bytes: [UInt8], _ handle: inout Varints) -> ArraySlice<UInt8>? {
        guard let offset = handle.next(), let size = handle.next(), offset < bytes.count, size < bytes.count, offset + size < bytes.count,
            bytes[Int(offset + size)] == 0
        else { return nil }
        return bytes[Int(offset)..<Int(offset + size)]
    }

    private static func pairs(_ block: ArraySlice<UInt8>) -> [(key: [UInt8], value: [UInt8])]? {
        guard block.count >= 4 else { return nil }
        let restarts = Int(number(block.suffix(4)))
        guard restarts >= 0, restarts < block.count / 4 else { return nil }
        var rest = Varints(block.dropLast(4 * (restarts + 1)))
        var result: [(key: [UInt8], value: [UInt8])] = []
        var key: [UInt8] = []
        while !rest.isEmpty {
            guard let shared = rest.next(), let own = rest.next(), let length = rest.next(), shared <= key.count, let tail = rest.take(own),
                let value = rest.take(length)
            else { return nil }
            key = Array(key.prefix(Int(shared))) + tail
            result.append((key, Array(value)))
        }
        return result
    }

    /// A BundleEntryProto: 1 type, 2 shape, 3 shard, 4 offset, 5 size.
    private static func entry(_ value: [UInt8]) -> Entry? {
        var entry = Entry(isFloat32: false, shape: [], offset: 0, size: 0)
        var rest = Varints(value[...])
        while !rest.isEmpty {
            guard let key = rest.next() else { return nil }
            switch (key >> 3, key & 7) {
            case (1, 0): entry.isFloat32 = rest.next() == 1
            case (2, 2):
                guard let length = rest.next(), let shape = rest.take(length), let sizes = dimensions(shape) else { return nil }
                entry.shape = sizes
            case (3, 0): guard rest.next() == 0 else { return nil }
            case (4, 0): entry.offset = Int(truncatingIfNeeded: rest.next() ?? 0)
            case (5, 0): entry.size = Int(truncatingIfNeeded: rest.next() ?? 0)
            case (_, 0): guard rest.next() != nil else { return nil }
            case (_, 5): guard rest.take(4) != nil else { return nil }
            case (_, 1): guard rest.take(8) != nil else { return nil }
            case (_, 2): guard let length = rest.next(), rest.take(length) != nil else { return nil }
            default: return nil
            }
        }
        return entry
    }

    /// A TensorShapeProto: repeated 2, of which 1 is the size.
    private static func dimensions(_ bytes: ArraySlice<UInt8>) -> [Int]? {
        var sizes: [Int] = []
        var rest = Varints(bytes)
        while !rest.isEmpty {
            guard rest.next() == 2 << 3 | 2, let length = rest.next(), let inner = rest.take(length), sizes.count < 8 else { return nil }
            var field = Varints(inner)
            var size = 0
            if !field.isEmpty {
                guard field.next() == 1 << 3, let value = field.next(), value < 1 << 40 else { return nil }
                size = Int(value)
            }
            sizes.append(size)
        }
        return sizes
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
}

/// Numbers of seven bits a byte, and runs of bytes, from the front.
private struct Varints {
    private var bytes: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    var isEmpty: Bool { bytes.isEmpty }

    mutating func next() -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard let byte = bytes.popFirst() else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }

    mutating func take(_ count: UInt64) -> ArraySlice<UInt8>? {
        guard count <= UInt64(bytes.count) else { return nil }
        defer { bytes = bytes.dropFirst(Int(count)) }
        return bytes.prefix(Int(count))
    }
}

/// Finds a GPT-2's tensors in a TensorFlow checkpoint under the names that `transformers` has for them: `h.0.attn.c_attn.weight` is
/// `model/h0/attn/c_attn/w` there.
struct GPT2Bundle: TensorFile {
    let bundle: TensorBundle

    var path: String { bundle.path }

    func contains(_ name: String) -> Bool { bundle.contains(Self.ours(name)) }

    func tensor(_ name: String, shape: [Int]) throws(CheckpointError) -> TensorView {
        try bundle.tensor(Self.ours(name), shape: shape)
    }

    static func ours(_ name: String) -> String {
        var parts = name.split(separator: ".").map(String.init)
        guard let last = parts.popLast() else { return name }
        if parts == ["wte"] || parts == ["wpe"] { return "model/\(parts[0])" }
        if parts.count > 1, parts[0] == "h" { parts.replaceSubrange(0...1, with: ["h\(parts[1])"]) }
        let isNorm = parts.last.map { $0.hasPrefix("ln_") } ?? false
        return "model/" + parts.joined(separator: "/") + "/" + (last == "bias" ? "b" : isNorm ? "g" : "w")
    }
}
