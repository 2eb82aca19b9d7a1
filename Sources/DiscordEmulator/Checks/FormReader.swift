import OrderedCollections

/// Reads the fields of a JSON object as Discord does: each wrong one is noted under its path, and the rest is still looked at, so
/// that one answer names all mistakes.
struct FormReader {
    /// Shared by the readers of one request.
    final class Mistakes {
        var tree = ErrorTree()
        func throwIfAny() throws(DiscordError) { if let error = tree.error { throw error } }
    }

    let members: JSONObject
    let path: [String]
    let mistakes: Mistakes

    init(_ value: JSON, path: [String] = [], mistakes: Mistakes) {
        if case .object(let members) = value {
            self.members = members
        } else {
            members = [:]
            mistakes.tree.add(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
        }
        self.path = path
        self.mistakes = mistakes
    }

    func fail(_ key: String, _ code: String, _ message: String) { mistakes.tree.add(path + [key], code, message) }
    func failHere(_ code: String, _ message: String) { mistakes.tree.add(path, code, message) }

    /// A member that is there and not null.
    func value(_ key: String) -> JSON? { members[key].flatMap { $0.isNull ? nil : $0 } }
    /// Whether the member was given, even as null.
    func has(_ key: String) -> Bool { members[key] != nil }

    private func required(_ key: String, _ isRequired: Bool) {
        if isRequired { fail(key, "BASE_TYPE_REQUIRED", "This field is required") }
    }

    /// Lengths are counted in UTF-16 units, as Discord's limits are.
    func string(_ key: String, required isRequired: Bool = false, _ length: ClosedRange<Int> = 0...Int.max) -> String? {
        guard let value = value(key) else {
            required(key, isRequired)
            return nil
        }
        let text: String
        switch value {
        case .string(let string): text = string
        case .int(let int): text = String(int)
        default:
            fail(key, "STRING_TYPE_CONVERT", "Could not interpret \"\(value.text.prefix(80))\" as string.")
            return nil
        }
        let count = text.utf16.count
        if isRequired, text.isEmpty, length.lowerBound > 0 {
            fail(key, "BASE_TYPE_REQUIRED", "This field is required")
            return nil
        }
        if length.contains(count) { return text }
        if length.lowerBound > 0 {
            fail(key, "BASE_TYPE_BAD_LENGTH", "Must be between \(length.lowerBound) and \(length.upperBound) in length.")
        } else {
            fail(key, "BASE_TYPE_MAX_LENGTH", "Must be \(length.upperBound) or fewer in length.")
        }
        return nil
    }

    func int(_ key: String, required isRequired: Bool = false, _ range: ClosedRange<Int> = Int.min...Int.max) -> Int? {
        guard let value = value(key) else {
            required(key, isRequired)
            return nil
        }
        guard let int = value.int ?? value.string.flatMap({ Int64($0) }) else {
            fail(key, "NUMBER_TYPE_COERCE", "Value \"\(value.text.prefix(80))\" is not int.")
            return nil
        }
        if int < range.lowerBound {
            fail(key, "NUMBER_TYPE_MIN", "int value should be greater than or equal to \(range.lowerBound).")
            return nil
        }
        if int > range.upperBound {
            fail(key, "NUMBER_TYPE_MAX", "int value should be less than or equal to \(range.upperBound).")
            return nil
        }
        return Int(int)
    }

    func choice(_ key: String, required isRequired: Bool = false, of choices: [Int]) -> Int? {
        guard let int = int(key, required: isRequired) else { return nil }
        if choices.contains(int) { return int }
        fail(key, "BASE_TYPE_CHOICES", "Value must be one of {\(choices.map(String.init).joined(separator: ", "))}.")
        return nil
    }

    func bool(_ key: String) -> Bool? {
        guard let value = value(key) else { return nil }
        if let bool = value.bool { return bool }
        fail(key, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
        return nil
    }

    func id(_ key: String, required isRequired: Bool = false) -> ID? {
        guard let value = value(key) else {
            required(key, isRequired)
            return nil
        }
        if let id = value.id { return id }
        fail(key, "NUMBER_TYPE_COERCE", "Value \"\(value.string ?? String(value.text.prefix(80)))\" is not snowflake.")
        return nil
    }

    /// Nil if the member is missing or no list.
    func list(_ key: String, required isRequired: Bool = false, _ length: ClosedRange<Int> = 0...Int.max) -> [JSON]? {
        guard let value = value(key) else {
            required(key, isRequired)
            return nil
        }
        guard let list = value.array else {
            fail(key, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return nil
        }
        if length.contains(list.count) { return list }
        if length.lowerBound > 0 {
            fail(key, "BASE_TYPE_BAD_LENGTH", "Must be between \(length.lowerBound) and \(length.upperBound) in length.")
        } else {
            fail(key, "BASE_TYPE_MAX_LENGTH", "Must be \(length.upperBound) or fewer in length.")
        }
        return nil
    }

    /// One reader for each element of a list.
    func forms(_ key: String, required isRequired: Bool = false, _ length: ClosedRange<Int> = 0...Int.max) -> [FormReader]? {
        list(key, required: isRequired, length)?.enumerated().map { index, value in
            FormReader(value, path: path + [key, String(index)], mistakes: mistakes)
        }
    }

    func form(_ key: String) -> FormReader? { value(key).map { FormReader($0, path: path + [key], mistakes: mistakes) } }

    /// An address: http, https, or one of the files of the same request.
    func address(_ key: String, required isRequired: Bool = false, attachments: Bool = false, atMost length: Int = 2_048) -> String? {
        guard let text = string(key, required: isRequired, 0...length) else { return nil }
        if attachments, text.hasPrefix("attachment://") { return text }
        if text.isEmpty, !isRequired { return nil }
        let scheme = text.prefix { $0 != ":" }.lowercased()
        let hasHost = text.dropFirst(scheme.count).hasPrefix("://") && text.count > scheme.count + 3
        if scheme == "http" || scheme == "https" {
            if hasHost, !text.contains(where: \.isWhitespace) { return text }
            fail(key, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
        } else if text.contains("://") {
            fail(key, "URL_TYPE_INVALID_SCHEME", "Scheme \"\(scheme)\" must be one of ('http', 'https').")
        } else {
            fail(key, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
        }
        return nil
    }
}
