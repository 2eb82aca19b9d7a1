import Foundation
import Yams

/// What `troupe.yaml` says: plain keys as in the environment, and the list of models.
struct YAMLDocument {
    var values: [String: String] = [:]
    var models: [ModelSettings]?
    var credits: CreditSettings?
    var clones: CloneSettings?

    /// - Parameter environment: what `${NAME}` reads.
    init(_ text: String, file: String, environment: [String: String]) throws {
        let root: Node?
        do { root = try Yams.compose(yaml: text) } catch { throw SettingsError(key: file, problem: "\(error)") }
        guard let root else { return }
        guard let mapping = root.mapping else { throw SettingsError(key: file, problem: "expected keys with values at the top") }

        let known = Settings.Key.allCases.map(\.rawValue)
        for (key, value) in mapping {
            let name = key.string ?? ""
            if name == "models" {
                models = try Self.models(value, file: file, environment: environment)
            } else if name == "credits" {
                credits = try Self.credits(value)
            } else if name == "clones" {
                clones = try Self.clones(value)
            } else if known.contains(name), let scalar = value.scalar?.string {
                values[name] = try Self.expand(scalar, key: name, environment: environment)
            } else {
                throw SettingsError(
                    key: file,
                    problem:
                        "unknown key \"\(name)\"\(Self.line(key)); known are \((known + ["models", "credits", "clones"]).joined(separator: ", "))"
                )
            }
        }
    }

    /// One entry of `models:` by itself.
    ///
    /// - Parameter environment: nil: `${NAME}` stays as it is.
    static func model(_ text: String, environment: [String: String]?) throws -> ModelSettings {
        guard let root = try Yams.compose(yaml: text) else { throw SettingsError(key: "models", problem: "expected keys with values") }
        return try model(root, environment: environment)
    }

    private static func model(_ entry: Node, environment: [String: String]?) throws -> ModelSettings {
        guard let mapping = entry.mapping else { throw SettingsError(key: "models", problem: "expected keys with values\(line(entry))") }
        try known(ModelSettings.CodingKeys.self, in: mapping)
        if let options = mapping["options"]?.mapping { try known(ModelSettings.OptionKeys.self, in: options) }
        do {
            let entry = try environment.map { try expanded(entry, environment: $0) } ?? entry
            return try YAMLDecoder().decode(ModelSettings.self, from: entry)
        } catch let error as SettingsError { throw error } catch let error as DecodingError {
            throw SettingsError(key: "models", problem: "the entry\(line(entry)) \(error.inWords)")
        }
    }

    private static func models(_ node: Node, file: String, environment: [String: String]) throws -> [ModelSettings] {
        guard let entries = node.sequence else { throw SettingsError(key: "models", problem: "expected a list\(line(node))") }
        let models = try entries.map { try model($0, environment: environment) }
        if let twice = Dictionary(grouping: models, by: \.name).first(where: { $0.value.count > 1 }) {
            throw SettingsError(key: "models", problem: "two models are named \"\(twice.key)\"")
        }
        return models
    }

    private static func credits(_ node: Node) throws -> CreditSettings {
        guard let mapping = node.mapping else { throw SettingsError(key: "credits", problem: "expected keys with values\(line(node))") }
        try known(CreditSettings.CodingKeys.self, in: mapping, of: "credits")
        for entry in mapping["allowances"]?.sequence ?? [] {
            if let inner = entry.mapping { try known(CreditSettings.Allowance.CodingKeys.self, in: inner, of: "credits") }
        }
        for entry in mapping["articles"]?.sequence ?? [] {
            if let inner = entry.mapping { try known(CreditSettings.Article.CodingKeys.self, in: inner, of: "credits") }
        }
        do {
            return try YAMLDecoder().decode(CreditSettings.self, from: node)
        } catch let error as DecodingError {
            throw SettingsError(key: "credits", problem: "the section\(line(node)) \(error.inWords)")
        }
    }

    private static func clones(_ node: Node) throws -> CloneSettings {
        guard let mapping = node.mapping else { throw SettingsError(key: "clones", problem: "expected keys with values\(line(node))") }
        try known(CloneSettings.CodingKeys.self, in: mapping, of: "clones")
        do {
            return try YAMLDecoder().decode(CloneSettings.self, from: node)
        } catch let error as DecodingError {
            throw SettingsError(key: "clones", problem: "the section\(line(node)) \(error.inWords)")
        }
    }

    /// Refuses keys that nobody reads, with the ones that are.
    private static func known<Key: CodingKey & CaseIterable>(
        _ keys: Key.Type, in mapping: Node.Mapping, of section: String = "models"
    ) throws {
        let known = keys.allCases.map(\.stringValue)
        for (key, _) in mapping where !known.contains(key.string ?? "") {
            throw SettingsError(
                key: section, problem: "unknown key \"\(key.string ?? "")\"\(line(key)); known are \(known.joined(separator: ", "))")
        }
    }

    /// A node with each `${NAME}` in its values replaced.
    private static func expanded(_ node: Node, environment: [String: String]) throws -> Node {
        switch node {
        case .scalar(var scalar):
            guard scalar.string.contains("${") else { return node }
            scalar.string = try expand(scalar.string, key: "models", environment: environment)
            return .scalar(scalar)
        case .sequence(let sequence):
            return Node(try sequence.map { try expanded($0, environment: environment) })
        case .mapping(let mapping):
            return Node(try mapping.map { ($0.key, try expanded($0.value, environment: environment)) })
        case .alias:
            return node
        }
    }

    /// Replaces each `${NAME}` by the environment's value, and each `${file:PATH}` by the file's first line.
    private static func expand(_ text: String, key: String, environment: [String: String]) throws -> String {
        var result = text
        for match in text.matches(of: /\$\{(\w+)\}/) {
            guard let value = environment[String(match.1)] else {
                throw SettingsError(key: key, problem: "${\(match.1)} is not set in the environment")
            }
            result = result.replacing(String(match.0), with: value)
        }
        for match in text.matches(of: /\$\{file:([^}]+)\}/) {
            guard let line = try? String(contentsOfFile: String(match.1), encoding: .utf8).split(separator: "\n").first else {
                throw SettingsError(key: key, problem: "the file \(match.1) cannot be read, or is empty")
            }
            result = result.replacing(String(match.0), with: line.trimmingCharacters(in: .whitespaces))
        }
        return result
    }

    private static func line(_ node: Node) -> String { node.mark.map { " at line \($0.line)" } ?? "" }
}

extension DecodingError {
    /// What is wrong with an entry, in a few words.
    fileprivate var inWords: String {
        switch self {
        case .keyNotFound(let key, _): "lacks \"\(key.stringValue)\""
        case .dataCorrupted(let context) where context.underlyingError is ModelSettings.Problem:
            "has a value of \"\(context.codingPath.last?.stringValue ?? "")\" that cannot be used: \(context.debugDescription)"
        case .dataCorrupted(let context), .typeMismatch(_, let context), .valueNotFound(_, let context):
            "has a value of \"\(context.codingPath.last?.stringValue ?? "")\" that cannot be used"
        @unknown default: "cannot be read"
        }
    }
}
