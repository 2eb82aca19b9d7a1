import Foundation
import Support

/// One value of a row or a statement, the same for every database.
public enum SQLValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case bytes([UInt8])

    var kind: String {
        switch self {
        case .null: "null"
        case .integer: "an integer"
        case .real: "a real number"
        case .text: "text"
        case .bytes: "bytes"
        }
    }

    /// PostgreSQL cannot store text with a NUL in it, so no database of ours does.
    func refuseNUL(argument: Int) throws(StorageError) {
        guard case .text(let text) = self, text.containsByte(0) else { return }
        throw StorageError(
            .unfitValue, place: nil, "argument \(argument) of a statement is text with a NUL character in it",
            advice: "Drop or refuse NUL characters where the text comes in, or store bytes.")
    }
}

/// A type that can be bound to a statement and read from a row.
public protocol SQLConvertible {
    var sqlValue: SQLValue { get }
    /// Nil if the value is not one of this type.
    init?(sqlValue: SQLValue)
}

extension SQLValue: SQLConvertible {
    public var sqlValue: SQLValue { self }
    public init?(sqlValue: SQLValue) { self = sqlValue }
}

extension Int64: SQLConvertible {
    public var sqlValue: SQLValue { .integer(self) }
    public init?(sqlValue: SQLValue) {
        guard case .integer(let value) = sqlValue else { return nil }
        self = value
    }
}

extension Int: SQLConvertible {
    public var sqlValue: SQLValue { .integer(Int64(self)) }
    public init?(sqlValue: SQLValue) {
        guard case .integer(let value) = sqlValue, let value = Int(exactly: value) else { return nil }
        self = value
    }
}

extension Bool: SQLConvertible {
    /// Stored as 0 or 1.
    public var sqlValue: SQLValue { .integer(self ? 1 : 0) }
    public init?(sqlValue: SQLValue) {
        guard case .integer(let value) = sqlValue, value == 0 || value == 1 else { return nil }
        self = value == 1
    }
}

extension Double: SQLConvertible {
    public var sqlValue: SQLValue { .real(self) }
    public init?(sqlValue: SQLValue) {
        switch sqlValue {
        case .real(let value): self = value
        case .integer(let value): self = Double(value)
        default: return nil
        }
    }
}

extension String: SQLConvertible {
    public var sqlValue: SQLValue { .text(self) }
    public init?(sqlValue: SQLValue) {
        guard case .text(let value) = sqlValue else { return nil }
        self = value
    }
}

extension [UInt8]: SQLConvertible {
    public var sqlValue: SQLValue { .bytes(self) }
    public init?(sqlValue: SQLValue) {
        guard case .bytes(let value) = sqlValue else { return nil }
        self = value
    }
}

extension Timestamp: SQLConvertible {
    /// Stored as milliseconds since 1970.
    public var sqlValue: SQLValue { .integer(millisecondsSinceEpoch) }
    public init?(sqlValue: SQLValue) {
        guard case .integer(let value) = sqlValue else { return nil }
        self.init(millisecondsSinceEpoch: value)
    }
}

extension RequestID: SQLConvertible {
    /// Stored as its 64 bits; a snowflake stays positive until the year 2084.
    public var sqlValue: SQLValue { .integer(Int64(bitPattern: rawValue)) }
    public init?(sqlValue: SQLValue) {
        guard case .integer(let value) = sqlValue else { return nil }
        self.init(UInt64(bitPattern: value))
    }
}

extension Optional: SQLConvertible where Wrapped: SQLConvertible {
    public var sqlValue: SQLValue { self?.sqlValue ?? .null }
    public init?(sqlValue: SQLValue) {
        if sqlValue == .null {
            self = .none
        } else if let value = Wrapped(sqlValue: sqlValue) {
            self = .some(value)
        } else {
            return nil
        }
    }
}

extension String {
    /// Whether that byte is in the UTF-8 text; by `memchr`, since every statement and every text is asked.
    func containsByte(_ byte: UInt8) -> Bool {
        utf8.withContiguousStorageIfAvailable { bytes in
            bytes.baseAddress.map { memchr($0, Int32(byte), bytes.count) != nil } ?? false
        } ?? utf8.contains(byte)
    }
}
