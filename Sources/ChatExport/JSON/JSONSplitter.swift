/// Cuts a JSON document into the values that are worth decoding, without building the whole of it: the fields of the root object,
/// and one by one the elements of its `messages`, or of a root array.
///
/// Checks only as much as it needs to cut right; the pieces are checked by whoever decodes them.
struct JSONSplitter {
    enum Piece {
        case field(String, [UInt8])
        case element([UInt8])
    }

    /// Longest single value.
    static let limit = 8 << 20

    private enum Place { case beforeRoot, rootObject, elements, afterRoot }
    private enum Shape { case container, string, scalar }

    private var place = Place.beforeRoot
    /// The elements are a field of a root object, which goes on after them.
    private var isNested = false
    private var key: String?
    private var shape: Shape?
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    private var pending: [UInt8] = []
    private(set) var offset = 0

    var isComplete: Bool { place == .afterRoot }

    mutating func feed(_ bytes: [UInt8], _ each: (Piece) throws -> Void) throws {
        var index = 0
        var start = 0
        while index < bytes.count {
            if let shape {
                guard let end = skip(shape, in: bytes, from: index) else { break }
                pending.append(contentsOf: bytes[start..<end])
                let value = pending
                pending.removeAll(keepingCapacity: value.count < 65_536)
                self.shape = nil
                index = end
                try finish(value, each)
            } else {
                try step(bytes[index], at: offset + index)
                if shape == nil { index += 1 } else { start = index }
            }
        }
        if shape != nil {
            pending.append(contentsOf: bytes[start...])
            guard pending.count <= Self.limit else { throw ExportError.tooLarge("a value", limit: Self.limit, at: offset) }
        }
        offset += bytes.count
    }

    /// Runs over the value; nil when it goes on in the next bytes. The first byte is met with a depth of 0.
    private mutating func skip(_ shape: Shape, in bytes: [UInt8], from start: Int) -> Int? {
        bytes.withUnsafeBufferPointer { bytes in
            var index = start
            while index < bytes.count {
                let byte = bytes[index]
                index += 1
                if isInString {
                    if isEscaped {
                        isEscaped = false
                    } else if byte == UInt8(ascii: "\\") {
                        isEscaped = true
                    } else if byte == UInt8(ascii: "\"") {
                        isInString = false
                        if shape == .string { return index }
                    }
                    continue
                }
                switch byte {
                case UInt8(ascii: "\""): isInString = true
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    if shape == .scalar { return index - 1 }
                    depth -= 1
                    if depth == 0 { return index }
                case UInt8(ascii: ","), 0x09, 0x0A, 0x0D, 0x20: if shape == .scalar { return index - 1 }
                default: break
                }
            }
            return nil
        }
    }

    /// One byte between values.
    private mutating func step(_ byte: UInt8, at position: Int) throws {
        switch (place, byte) {
        case (_, 0x09), (_, 0x0A), (_, 0x0D), (_, 0x20), (.rootObject, UInt8(ascii: ",")), (.rootObject, UInt8(ascii: ":")),
            (.elements, UInt8(ascii: ",")):
            break
        case (.beforeRoot, 0xEF), (.beforeRoot, 0xBB), (.beforeRoot, 0xBF): break
        case (.beforeRoot, UInt8(ascii: "{")): place = .rootObject
        case (.beforeRoot, UInt8(ascii: "[")): place = .elements
        case (.rootObject, UInt8(ascii: "}")): place = .afterRoot
        case (.elements, UInt8(ascii: "]")): place = isNested ? .rootObject : .afterRoot
        case (.rootObject, UInt8(ascii: "[")) where key == "messages":
            place = .elements
            isNested = true
            key = nil
        case (.rootObject, UInt8(ascii: "\"")), (.elements, UInt8(ascii: "\"")): begin(.string)
        case (.rootObject, UInt8(ascii: "{")), (.rootObject, UInt8(ascii: "[")), (.elements, UInt8(ascii: "{")),
            (.elements, UInt8(ascii: "[")):
            begin(.container)
        case (.rootObject, _) where key != nil, (.elements, _): begin(.scalar)
        default: throw ExportError.malformed("this is not JSON", at: position)
        }
    }

    private mutating func begin(_ shape: Shape) {
        self.shape = shape
        depth = 0
        isInString = false
        isEscaped = false
    }

    private mutating func finish(_ value: [UInt8], _ each: (Piece) throws -> Void) throws {
        guard place == .rootObject else { return try each(.element(value)) }
        if let key {
            self.key = nil
            try each(.field(key, value))
        } else {
            key = String(decoding: value.dropFirst().dropLast(), as: UTF8.self)
        }
    }
}
