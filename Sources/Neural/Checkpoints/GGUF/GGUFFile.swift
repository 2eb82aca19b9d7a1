// The GGUF format, versions 2 and 3: a header of keys and values, a list of tensors, then their data. After `init` every tensor
// lies inside the file. Knows no model; `GGUFTensors` knows how models call their tensors there.

struct GGUFFile: Sendable {
    struct Entry: Sendable {
        /// As matrices are written here, rows first: the file has it the other way round.
        let shape: [Int]
        /// nil: a format that is not read.
        let kind: NumberKind?
        let kindNumber: UInt32
        /// Bytes from the start of the file.
        let begin: Int
    }

    let file: MappedFile
    let values: [String: GGUFValue]
    let entries: [String: Entry]

    private static let kinds: [UInt32: NumberKind] = [
        0: .float32, 1: .float16, 2: .q4_0, 8: .q8_0, 12: .q4_K, 13: .q5_K, 14: .q6_K, 30: .bfloat16,
    ]

    init(path: String) throws(CheckpointError) {
        file = try MappedFile(path: path)
        var reader = GGUFReader(file)
        guard try reader.number(UInt32.self) == 0x4655_4747 else {
            throw CheckpointError(.malformed, file: path, offset: 0, "does not begin with GGUF; this is no GGUF file")
        }
        let version = try reader.number(UInt32.self)
        guard version == 2 || version == 3 else {
            throw CheckpointError(.unsupported, file: path, offset: 4, "is of GGUF version \(version); versions 2 and 3 are read")
        }
        let tensorCount = try reader.count(of: 24, "tensor_count")
        let valueCount = try reader.count(of: 13, "metadata_kv_count")
        var values: [String: GGUFValue] = [:]
        for _ in 0..<valueCount {
            let key = String(decoding: try reader.text("metadata"), as: UTF8.self)
            guard values.updateValue(try reader.value(key), forKey: key) == nil else {
                throw reader.fault(.malformed, String(key.prefix(80)), "is there twice")
            }
        }
        self.values = values
        var heads: [(name: String, shape: [Int], kind: UInt32, offset: UInt64)] = []
        for _ in 0..<tensorCount {
            let name = String(decoding: try reader.text("tensor names"), as: UTF8.self)
            let dimensions = try reader.number(UInt32.self)
            guard (1...4).contains(dimensions) else {
                throw reader.fault(.malformed, String(name.prefix(80)), "has \(dimensions) dimensions")
            }
            var shape: [Int] = []
            for _ in 0..<dimensions { shape.append(Int(clamping: try reader.number(UInt64.self))) }
            heads.append((name, shape.reversed(), try reader.number(UInt32.self), try reader.number(UInt64.self)))
        }
        var alignment = 32
        if case .int(let given)? = values["general.alignment"] { alignment = given }
        guard (1...65_536).contains(alignment), alignment.nonzeroBitCount == 1 else {
            throw CheckpointError(.outOfBounds, file: path, item: "general.alignment", "is \(alignment), no power of two up to 65536")
        }
        let dataStart = (reader.at + alignment - 1) / alignment * alignment
        var entries: [String: Entry] = [:]
        for head in heads {
            let entry = try Self.entry(head, dataStart: dataStart, alignment: alignment, file: file)
            guard entries.updateValue(entry, forKey: head.name) == nil else {
                throw CheckpointError(.malformed, file: path, item: String(head.name.prefix(80)), "is there twice")
            }
        }
        self.entries = entries
    }

    private static func entry(
        _ head: (name: String, shape: [Int], kind: UInt32, offset: UInt64), dataStart: Int, alignment: Int, file: MappedFile
    ) throws(CheckpointError) -> Entry {
        let name = String(head.name.prefix(80))
        func fault(_ code: CheckpointError.Code, _ detail: String) -> CheckpointError {
            CheckpointError(code, file: file.path, item: name, offset: dataStart, detail)
        }
        guard head.offset <= UInt64(file.bytes.count), Int(head.offset) % alignment == 0 else {
            throw fault(.malformed, "has its data at \(head.offset), outside the file or not aligned")
        }
        let begin = dataStart + Int(head.offset)
        let kind = kinds[head.kind]
        if let kind {
            guard let row = head.shape.last, row % kind.block.count == 0 else {
                throw fault(
                    .malformed,
                    "\(kind.rawValue) numbers come in blocks of \(kind.block.count), which do not divide the shape \(head.shape)")
            }
            var size = kind.block.bytes
            for dimension in head.shape.dropLast() + [row / kind.block.count] {
                let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
                size = overflow ? .max : product
            }
            guard size <= max(file.bytes.count - begin, 0) else {
                throw fault(.truncated, "should end \(size) bytes after byte \(begin), the file ends at byte \(file.bytes.count)")
            }
        }
        return Entry(shape: head.shape, kind: kind, kindNumber: head.kind, begin: begin)
    }
}

// What the header says, checked as settings are.
extension GGUFFile {
    var path: String { file.path }

    func fault(_ code: CheckpointError.Code, _ key: String, _ detail: String) -> CheckpointError {
        CheckpointError(code, file: path, item: key, detail)
    }

    func text(_ key: String) throws(CheckpointError) -> String? {
        guard let value = values[key] else { return nil }
        guard case .text(let bytes) = value else { throw fault(.malformed, key, "is not a text") }
        return String(decoding: bytes, as: UTF8.self)
    }

    func int(_ key: String, _ bounds: ClosedRange<Int>, default fallback: Int? = nil) throws(CheckpointError) -> Int {
        guard let value = values[key] ?? fallback.map(GGUFValue.int) else { throw fault(.malformed, key, "is missing") }
        guard case .int(let number) = value else { throw fault(.malformed, key, "is not a whole number") }
        guard bounds.contains(number) else {
            throw fault(.outOfBounds, key, "is \(number), outside \(bounds.lowerBound) to \(bounds.upperBound)")
        }
        return number
    }

    func number(_ key: String, _ bounds: ClosedRange<Double>, default fallback: Double) throws(CheckpointError) -> Double {
        guard let value = values[key] else { return fallback }
        let number: Double? =
            if case .number(let number) = value { number } else if case .int(let number) = value { Double(number) } else { nil }
        guard let number else { throw fault(.malformed, key, "is not a number") }
        guard bounds.contains(number) else {
            throw fault(.outOfBounds, key, "is \(number), outside \(bounds.lowerBound) to \(bounds.upperBound)")
        }
        return number
    }

    func flag(_ key: String, default fallback: Bool) throws(CheckpointError) -> Bool {
        guard let value = values[key] else { return fallback }
        guard case .flag(let flag) = value else { throw fault(.malformed, key, "is not true or false") }
        return flag
    }

    /// nil: not there.
    func list(_ key: String) throws(CheckpointError) -> [GGUFValue]? {
        guard let value = values[key] else { return nil }
        guard case .list(let list) = value else { throw fault(.malformed, key, "is not a list") }
        return list
    }
}
