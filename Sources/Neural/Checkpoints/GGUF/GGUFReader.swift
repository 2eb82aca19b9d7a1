// Reads a GGUF header from its first byte to its last: little-endian numbers, texts with their length before them, lists.
// Bytes come from strangers: every length is compared with what is left of the file before it is used.

struct GGUFReader {
    let file: MappedFile
    private(set) var at = 0

    init(_ file: MappedFile) { self.file = file }

    func fault(_ code: CheckpointError.Code, _ item: String?, _ detail: String) -> CheckpointError {
        CheckpointError(code, file: file.path, item: item, offset: at, detail)
    }

    mutating func number<Number: FixedWidthInteger>(_ type: Number.Type) throws(CheckpointError) -> Number {
        let size = MemoryLayout<Number>.size
        guard file.bytes.count - at >= size else { throw fault(.truncated, nil, "ends inside its header") }
        defer { at += size }
        return Number(littleEndian: file.bytes.loadUnaligned(fromByteOffset: at, as: Number.self))
    }

    /// A number of things that each take at least `size` bytes of what is left.
    mutating func count(of size: Int, _ what: String) throws(CheckpointError) -> Int {
        let count = try number(UInt64.self)
        guard count <= UInt64((file.bytes.count - at) / size) else {
            throw fault(.truncated, what, "claims \(count) entries, more than fit the file")
        }
        return Int(count)
    }

    mutating func text(_ what: String) throws(CheckpointError) -> [UInt8] {
        let count = try count(of: 1, what)
        defer { at += count }
        return Array(file.bytes[at..<(at + count)])
    }

    mutating func skip(_ count: Int) throws(CheckpointError) {
        guard count >= 0, file.bytes.count - at >= count else { throw fault(.truncated, nil, "ends inside its header") }
        at += count
    }

    /// Of the numbers that GGUF gives to the types of values.
    enum Kind: UInt32 {
        case uint8 = 0, int8, uint16, int16, uint32, int32, float32, flag, text, list, uint64, int64, float64

        /// Bytes; nil where that depends.
        var size: Int? {
            switch self {
            case .uint8, .int8, .flag: 1
            case .uint16, .int16: 2
            case .uint32, .int32, .float32: 4
            case .uint64, .int64, .float64: 8
            case .text, .list: nil
            }
        }
    }

    mutating func kind(_ what: String) throws(CheckpointError) -> Kind {
        let number = try number(UInt32.self)
        guard let kind = Kind(rawValue: number) else { throw fault(.malformed, what, "has a value of the unknown type \(number)") }
        return kind
    }

    mutating func value(_ what: String) throws(CheckpointError) -> GGUFValue {
        let kind = try kind(what)
        guard kind == .list else { return try single(kind, what) }
        let inner = try self.kind(what)
        guard inner != .list else { throw fault(.unsupported, what, "is a list of lists") }
        let count = try count(of: inner.size ?? 8, what)
        var values: [GGUFValue] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(try single(inner, what)) }
        return .list(values)
    }

    private mutating func single(_ kind: Kind, _ what: String) throws(CheckpointError) -> GGUFValue {
        switch kind {
        case .uint8: .int(Int(try number(UInt8.self)))
        case .int8: .int(Int(try number(Int8.self)))
        case .uint16: .int(Int(try number(UInt16.self)))
        case .int16: .int(Int(try number(Int16.self)))
        case .uint32: .int(Int(try number(UInt32.self)))
        case .int32: .int(Int(try number(Int32.self)))
        case .uint64: .int(Int(clamping: try number(UInt64.self)))
        case .int64: .int(Int(try number(Int64.self)))
        case .float32: .number(Double(Float(bitPattern: try number(UInt32.self))))
        case .float64: .number(Double(bitPattern: try number(UInt64.self)))
        case .flag: .flag(try number(UInt8.self) != 0)
        case .text: .text(try text(what))
        case .list: throw fault(.unsupported, what, "is a list of lists")
        }
    }
}

/// What a GGUF header says under a key.
enum GGUFValue: Sendable {
    case int(Int)
    case number(Double)
    case flag(Bool)
    /// UTF-8.
    case text([UInt8])
    case list([GGUFValue])
}
