/// One format, read as its bytes come: a state machine without I/O.
///
/// Holds at most one message and what it needs to understand the next one, so that the size of an export does not matter.
protocol ExportReader {
    /// Known once the export has told it.
    var channel: ExportedChannel { get }
    /// Takes the next bytes and gives the messages that are complete.
    mutating func feed(_ bytes: [UInt8], _ each: (ExportedMessage) throws -> Void) throws
    /// The export ended here.
    ///
    /// - Throws: ``ExportError`` where it should not have.
    mutating func finish(_ each: (ExportedMessage) throws -> Void) throws
}

/// The formats that are known by their first bytes.
public enum ExportFormat: String, Sendable, Hashable, CaseIterable {
    case json = "JSON"
    case csv = "CSV"
    case html = "HTML"
    case text = "TXT"
    case package = "data package"

    /// - Parameter start: the first bytes of a file, a few hundred.
    static func of(_ start: [UInt8]) -> ExportFormat? {
        if start.starts(with: [0x50, 0x4B, 0x03, 0x04]) || start.starts(with: [0x50, 0x4B, 0x05, 0x06]) { return .package }
        let text = (start.starts(with: ByteOrderMark.utf8) ? start.dropFirst(3) : start[...]).drop { $0 <= 0x20 }
        switch text.first {
        case UInt8(ascii: "{"), UInt8(ascii: "["): return .json
        case UInt8(ascii: "<"): return .html
        case UInt8(ascii: "="): return .text
        case nil: return nil
        default: return text.prefix(512).contains(0) ? nil : .csv
        }
    }
}

enum ByteOrderMark {
    static let utf8: [UInt8] = [0xEF, 0xBB, 0xBF]
}
