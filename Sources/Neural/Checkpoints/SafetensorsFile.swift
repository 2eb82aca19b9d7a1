// Reads the safetensors format: 8 bytes little-endian length, a JSON header {name: {dtype, shape, data_offsets}}, then the
// data. Bytes come from strangers: every number is checked before it is used. Knows tensors, no model.
import Foundation

struct SafetensorsFile: TensorFile {
    /// The reference implementation's own bound is 100 MB; ours is what a few hundred thousand tensors need.
    static let headerLimit = 32 << 20

    private let file: MappedFile
    private let entries: [String: SafetensorsHeader.Entry]
    private let dataStart: Int
    let metadata: [String: String]

    init(path: String) throws(CheckpointError) { try self.init(MappedFile(path: path)) }

    init(_ file: MappedFile) throws(CheckpointError) {
        self.file = file
        let header = try SafetensorsHeader(file: file)
        entries = header.entries
        dataStart = header.dataStart
        metadata = header.metadata
    }

    var path: String { file.path }
    var names: [String] { entries.keys.sorted() }

    /// The shape of a tensor, if it is there.
    func shape(of name: String) -> [Int]? { entries[name]?.shape }

    func contains(_ name: String) -> Bool { entries[name] != nil }

    func tensor(_ name: String, shape: [Int]) throws(CheckpointError) -> TensorView {
        guard let entry = entries[name] else {
            throw CheckpointError(.missingTensor, file: path, item: name, "the tensor is missing")
        }
        let offset = dataStart + entry.begin
        guard let kind = NumberKind(rawValue: entry.kind), kind.size != nil else {
            throw CheckpointError(
                .unsupported, file: path, item: name, offset: offset, "the number format \(entry.kind.prefix(20)) is not F32, F16 or BF16")
        }
        guard entry.shape == shape else {
            throw CheckpointError(
                .wrongShape, file: path, item: name, offset: offset, "the shape is \(entry.shape), the configuration asks for \(shape)")
        }
        guard let start = file.bytes.baseAddress else {
            throw CheckpointError(.truncated, file: path, item: name, offset: offset, "the file is empty")
        }
        return TensorView(file: file, bytes: start + offset, kind: kind, shape: shape)
    }
}
