// A JSON object from a checkpoint folder, read key by key: every number within bounds, every error with file and key.
import Foundation

struct SettingsFile {
    static let sizeLimit = 16 << 20

    let path: String
    private let keyPrefix: String
    private let values: [String: Any]

    init(path: String) throws(CheckpointError) {
        self.path = path
        keyPrefix = ""
        guard let object = try Self.json(path) as? [String: Any] else {
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
    static func json(_ path: String) throws(CheckpointError) -> Any {
        let file = try MappedFile(path: path)
        guard file.bytes.count <= sizeLimit else {
            throw CheckpointError(.outOfBounds, file: path, "is larger than \(sizeLimit) bytes")
        }
        guard let value = try? JSONSerialization.jsonObject(with: withExtendedLifetime(file) { Data(file.bytes) }) else {
            throw CheckpointError(.malformed, file: path, offset: 0, "is not JSON")
        }
        return value
    }

    func object(_ key: String) throws(CheckpointError) -> SettingsFile {
        guard let object = values[key] as? [String: Any] else { throw fault(.malformed, key, "is missing or not an object") }
        return SettingsFile(path: path, keyPrefix: keyPrefix + key + ".", values: object)
    }

    func int(_ key: String, _ bounds: ClosedRange<Int>, default fallback: Int? = nil) throws(CheckpointError) -> Int {
        guard let value = values[key] ?? fallback else { throw fault(.malformed, key, "is missing") }
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
        guard let value = values[key], !(value is NSNull) else { return fallback }
        guard let number = value as? Double else { throw fault(.malformed, key, "is not a number") }
        guard bounds.contains(number) else {
            throw fault(.outOfBounds, key, "is \(number), outside \(bounds.lowerBound) to \(bounds.upperBound)")
        }
        return number
    }

    /// Refuses a model that sets `key` to anything but `value`; absent means `value`.
    func require(_ key: String, is value: Bool) throws(CheckpointError) {
        guard let found = values[key], !(found is NSNull) else { return }
        guard let flag = found as? Bool, flag == value else {
            throw fault(.unsupported, key, "only models with \(key) = \(value) are supported")
        }
    }

    func require(_ key: String, is value: String) throws(CheckpointError) {
        guard let found = values[key], !(found is NSNull) else { return }
        guard let text = found as? String, text == value else {
            throw fault(.unsupported, key, "only models with \(key) = \"\(value)\" are supported")
        }
    }

    func fault(_ code: CheckpointError.Code, _ key: String, _ detail: String) -> CheckpointError {
        CheckpointError(code, file: path, item: keyPrefix + key, detail)
    }
}
