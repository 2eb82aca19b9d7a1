// A JSON object from a checkpoint folder, read key by key: every number within bounds, every error with file and key.
import Foundation

struct SettingsFile {
    static let sizeLimit = 16 << 20

    let path: String
    private let keyPrefix: String
    private let values: [String: Any]

    init(path: String) throws(CheckpointError) { try self.init(MappedFile(path: path)) }

    init(_ file: MappedFile) throws(CheckpointError) {
        path = file.path
        keyPrefix = ""
        guard let object = try Self.json(file) as? [String: Any] else {
            throw CheckpointError(.malformed, file: path, offset: 0, "is not a JSON object")
        }
        values = object
    }

    private init(path: String, keyPrefix: String, values: [String: Any]) {
        self.path = path
        self.keyPrefix = keyPrefix
        self.values = values
    }

    /// Any JSON value in a file of bounded size.
    static func json(_ path: String) throws(CheckpointError) -> Any { try json(MappedFile(path: path)) }

    private static func json(_ file: MappedFile) throws(CheckpointError) -> Any {
        guard file.bytes.count <= sizeLimit else {
            throw CheckpointError(.outOfBounds, file: file.path, "is larger than \(sizeLimit) bytes")
        }
        guard let value = try? JSONSerialization.jsonObject(with: withExtendedLifetime(file) { Data(file.bytes) }) else {
            throw CheckpointError(.malformed, file: file.path, offset: 0, "is not JSON")
        }
        return value
    }

    /// The value of a key; nil also for null.
    func present(_ key: String) -> Any? {
        guard let value = values[key], !(value is NSNull) else { return nil }
        return value
    }

    func object(_ key: String) throws(CheckpointError) -> SettingsFile {
        guard let object = values[key] as? [String: Any] else { throw fault(.malformed, key, "is missing or not an object") }
        return SettingsFile(path: path, keyPrefix: keyPrefix + key + ".", values: object)
    }

    func int(_ key: String, _ bounds: ClosedRange<Int>, default fallback: Int? = nil) throws(CheckpointError) -> Int {
        guard let value = present(key) ?? fallback else { throw fault(.malformed, key, "is missing") }
        guard let number = value as? Int else { throw fault(.malformed, key, "is not a whole number") }
        guard bounds.contains(number) else {
            throw fault(.outOfBounds, key, "is \(number), outside \(bounds.lowerBound) to \(bounds.upperBound)")
        }
        return number
    }

    func ints(_ key: String, _ bounds: ClosedRange<Int>, counts: ClosedRange<Int>) throws(CheckpointError) -> [Int] {
        guard let numbers = values[key] as? [Int] else { throw fault(.malformed, key, "is missing or not a list of whole numbers") }
        guard counts.contains(numbers.count), numbers.allSatisfy(bounds.contains) else {
            throw fault(.outOfBounds, key, "is not \(counts.lowerBound) to \(counts.upperBound) numbers within \(bounds)")
        }
        return numbers
    }

    func number(_ key: String, _ bounds: ClosedRange<Double>, default fallback: Double) throws(CheckpointError) -> Double {
        guard let value = present(key) else { return fallback }
        guard let number = value as? Double else { throw fault(.malformed, key, "is not a number") }
        guard bounds.contains(number) else {
            throw fault(.outOfBounds, key, "is \(number), outside \(bounds.lowerBound) to \(bounds.upperBound)")
        }
        return number
    }

    /// Refuses a model that sets `key` to anything but `value`; absent means `value`.
    func require(_ key: String, is value: Bool) throws(CheckpointError) {
        guard let found = present(key) else { return }
        guard let flag = found as? Bool, flag == value else {
            throw fault(.unsupported, key, "only models with \(key) = \(value) are supported")
        }
    }

    func require(_ key: String, is value: String) throws(CheckpointError) {
        guard let found = present(key) else { return }
        guard let text = found as? String, text == value else {
            throw fault(.unsupported, key, "only models with \(key) = \"\(value)\" are supported")
        }
    }

    func fault(_ code: CheckpointError.Code, _ key: String, _ detail: String) -> CheckpointError {
        CheckpointError(code, file: path, item: keyPrefix + key, detail)
    }
}

// What may be there or not: a key that is missing and one that is null mean the same.
extension SettingsFile {
    func has(_ key: String) -> Bool { present(key) != nil }

    func optionalObject(_ key: String) throws(CheckpointError) -> SettingsFile? {
        has(key) ? try object(key) : nil
    }

    func string(_ key: String) throws(CheckpointError) -> String? {
        guard let value = present(key) else { return nil }
        guard let text = value as? String else { throw fault(.malformed, key, "is not a text") }
        return text
    }

    func strings(_ key: String) throws(CheckpointError) -> [String]? {
        guard let value = present(key) else { return nil }
        guard let texts = value as? [String] else { throw fault(.malformed, key, "is not a list of texts") }
        return texts
    }

    func flag(_ key: String, default fallback: Bool) throws(CheckpointError) -> Bool {
        guard let value = present(key) else { return fallback }
        guard let flag = value as? Bool else { throw fault(.malformed, key, "is not true or false") }
        return flag
    }

    /// A number that must be there.
    func number(_ key: String, _ bounds: ClosedRange<Double>) throws(CheckpointError) -> Double {
        guard has(key) else { throw fault(.malformed, key, "is missing") }
        return try number(key, bounds, default: 0)
    }

    /// A token, or a list of them; none if the key is missing.
    func tokens(_ key: String) throws(CheckpointError) -> Set<Int32> {
        guard let value = present(key) else { return [] }
        guard let numbers = value as? [Int] ?? (value as? Int).map({ [$0] }), numbers.allSatisfy({ (0...Int(Int32.max)).contains($0) })
        else {
            throw fault(.malformed, key, "is not a token or a list of tokens")
        }
        return Set(numbers.map { Int32($0) })
    }

    func require(_ key: String, isAbsent why: String) throws(CheckpointError) {
        if has(key) { throw fault(.unsupported, key, why) }
    }
}
