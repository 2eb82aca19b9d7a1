// The header of a safetensors file, parsed and proved: after `init` every entry lies inside the file, is as long as its
// shape says, and overlaps no other.
import Foundation

struct SafetensorsHeader {
    struct Entry: Sendable {
        let kind: String
        let shape: [Int]
        /// Bytes from the start of the data.
        let begin: Int
        let end: Int
    }

    let entries: [String: Entry]
    /// What the writer noted.
    let metadata: [String: String]
    let dataStart: Int

    init(file: MappedFile) throws(CheckpointError) {
        let bytes = file.bytes
        guard bytes.count >= 8 else {
            throw CheckpointError(.truncated, file: file.path, offset: bytes.count, "ends inside the 8 bytes of its header length")
        }
        let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
        guard length <= UInt64(SafetensorsFile.headerLimit) else {
            throw CheckpointError(
                .malformed, file: file.path, offset: 0,
                "claims a header of \(length) bytes, more than \(SafetensorsFile.headerLimit); this is not a safetensors file")
        }
        guard bytes.count - 8 >= Int(length) else {
            throw CheckpointError(
                .truncated, file: file.path, offset: bytes.count, "ends inside its header, which should end at byte \(8 + Int(length))")
        }
        dataStart = 8 + Int(length)
        let json = Data(UnsafeRawBufferPointer(rebasing: bytes[8..<dataStart]))
        guard json.first == UInt8(ascii: "{"), let object = try? JSONSerialization.jsonObject(with: json) as? [String: Any] else {
            throw CheckpointError(.malformed, file: file.path, offset: 8, "the header is not a JSON object")
        }
        metadata = object["__metadata__"] as? [String: String] ?? [:]
        let dataSize = bytes.count - dataStart
        var entries: [String: Entry] = [:]
        for (name, value) in object where name != "__metadata__" {
            entries[name] = try Self.entry(name, value, file: file.path, dataStart: dataStart, dataSize: dataSize)
        }
        try Self.refuseOverlaps(entries, file: file.path, dataStart: dataStart)
        self.entries = entries
    }

    private static func entry(
        _ name: String, _ value: Any, file: String, dataStart: Int, dataSize: Int
    ) throws(CheckpointError) -> Entry {
        guard let fields = value as? [String: Any], let kind = fields["dtype"] as? String, let shape = fields["shape"] as? [Int],
            let offsets = fields["data_offsets"] as? [Int], offsets.count == 2, shape.count <= 8, shape.allSatisfy({ $0 >= 0 })
        else {
            throw CheckpointError(
                .malformed, file: file, item: name, offset: 8, "the header entry is not {dtype, shape, data_offsets: [begin, end]}")
        }
        let (begin, end) = (offsets[0], offsets[1])
        guard begin >= 0, begin <= end else {
            throw CheckpointError(.malformed, file: file, item: name, offset: 8, "the offsets \(begin) to \(end) are not in order")
        }
        guard end <= dataSize else {
            throw CheckpointError(
                .truncated, file: file, item: name, offset: dataStart + min(begin, dataSize),
                "the data should end at byte \(dataStart &+ end), the file ends at byte \(dataStart + dataSize)")
        }
        if let size = NumberKind(rawValue: kind)?.size {
            var bytes = size
            for dimension in shape {
                let (product, overflow) = bytes.multipliedReportingOverflow(by: dimension)
                bytes = overflow ? .max : product
            }
            guard bytes == end - begin else {
                throw CheckpointError(
                    .malformed, file: file, item: name, offset: dataStart + begin,
                    "\(end - begin) bytes of data do not hold \(kind) numbers of shape \(shape)")
            }
        }
        return Entry(kind: kind, shape: shape, begin: begin, end: end)
    }

    private static func refuseOverlaps(_ entries: [String: Entry], file: String, dataStart: Int) throws(CheckpointError) {
        let ordered = entries.filter { $0.value.begin < $0.value.end }.sorted { $0.value.begin < $1.value.begin }
        for (first, second) in zip(ordered, ordered.dropFirst()) where second.value.begin < first.value.end {
            throw CheckpointError(
                .malformed, file: file, item: second.key, offset: dataStart + second.value.begin, "the data overlaps that of \(first.key)")
        }
    }
}
