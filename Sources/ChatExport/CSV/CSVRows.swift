/// Cuts CSV into rows (RFC 4180): quotes doubled inside quotes, line breaks and commas allowed there; takes bare line feeds too.
struct CSVRows {
    /// Longest row.
    static let limit = 1 << 20
    static let columns = 256

    private var row: [[UInt8]] = []
    private var field: [UInt8] = []
    private var size = 0
    private var isQuoted = false
    /// A quote was met inside quotes: the end, or the first of two.
    private var hasQuote = false
    private var hasContent = false
    private var offset = 0

    mutating func feed(_ bytes: [UInt8], _ each: ([String]) throws -> Void) throws {
        for byte in bytes {
            offset += 1
            if isQuoted {
                if byte == UInt8(ascii: "\"") {
                    if hasQuote { try append(byte) }
                    hasQuote.toggle()
                    continue
                }
                guard hasQuote else {
                    try append(byte)
                    continue
                }
                hasQuote = false
                isQuoted = false
            }
            switch byte {
            case UInt8(ascii: "\"") where field.isEmpty:
                isQuoted = true
                hasContent = true
            case UInt8(ascii: ","):
                try endField()
                hasContent = true
            case 0x0A: try endRow(each)
            case 0x0D: break
            case 0xEF where offset == 1, 0xBB where offset == 2 && field.isEmpty, 0xBF where offset == 3 && field.isEmpty: break
            default:
                try append(byte)
                hasContent = true
            }
        }
    }

    mutating func finish(_ each: ([String]) throws -> Void) throws {
        if isQuoted && !hasQuote { throw ExportError.truncated }
        isQuoted = false
        hasQuote = false
        try endRow(each)
    }

    private mutating func append(_ byte: UInt8) throws {
        size += 1
        guard size <= Self.limit else { throw ExportError.tooLarge("a row", limit: Self.limit, at: offset) }
        field.append(byte)
    }

    private mutating func endField() throws {
        guard row.count < Self.columns else { throw ExportError.malformed("a row of more than \(Self.columns) columns", at: offset) }
        row.append(field)
        field.removeAll(keepingCapacity: true)
    }

    private mutating func endRow(_ each: ([String]) throws -> Void) throws {
        guard hasContent else { return }
        try endField()
        let fields = row.map { String(decoding: $0, as: UTF8.self) }
        row.removeAll(keepingCapacity: true)
        hasContent = false
        size = 0
        try each(fields)
    }
}
