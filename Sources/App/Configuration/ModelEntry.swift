import Console
import Support
import Yams

/// A form of the console as an entry of `models:`, in the words of troupe.yaml and with its checks.
///
/// Who may use the console need not be who owns the machine: of the environment only what is called a key can be named, and of the
/// files only such secrets as are called one.
struct ModelEntry {
    let settings: ModelSettings
    /// As it would stand in troupe.yaml.
    let text: String

    private static let longest = 8_000

    struct Problem: UserFacingError, Hashable {
        let userMessage: String
    }

    init(_ form: [ModelField: String]) throws {
        guard !form.values.contains(where: { $0.contains("${") }) else {
            throw Problem(userMessage: "Only the key may be read from elsewhere; leave out ${…}.")
        }
        var node = Node.Mapping([])
        for field in ModelField.allCases where field != .key && field != .more {
            guard let value = form[field], !value.isEmpty else { continue }
            let words = field == .url ? value.split(separator: " ").map(String.init) : [value]
            node[Node(field.rawValue)] = words.count > 1 ? Node(words.map(Self.text)) : Self.text(words[0])
        }
        if let key = form[.key], !key.isEmpty { node["key"] = Self.text("${\(try Self.key(key))}") }
        for (key, value) in try Self.more(form[.more] ?? "") {
            guard key.string != "key" else { throw Self.keyProblem }
            guard node[key] == nil else { throw Problem(userMessage: "\(key.string ?? "") stands in the form and in the other settings.") }
            node[key] = value
        }
        text = try Yams.serialize(node: Node.mapping(node))
        guard text.utf8.count <= Self.longest else { throw Problem(userMessage: "That is longer than \(Self.longest) bytes.") }
        do { settings = try YAMLDocument.model(text, environment: nil) } catch let error as SettingsError {
            throw Problem(userMessage: "\(error)")
        }
        guard ModelLine.Kind(rawValue: settings.kind.rawValue) != nil else { throw Problem(userMessage: "kind: pick one of the list") }
        do { try ModelShelf.check(settings) } catch let error as SettingsError { throw Problem(userMessage: "\(error)") }
        guard (1...60).contains(settings.name.utf8.count), settings.name.allSatisfy({ !$0.isWhitespace && !$0.isNewline }) else {
            throw Problem(userMessage: "name: a name has 1 to 60 bytes and no spaces")
        }
    }

    /// The name under which the key is found: a variable, or a file.
    private static func key(_ text: String) throws -> String {
        if text.wholeMatch(of: /[A-Z][A-Z0-9_]{0,60}_KEY/) != nil, !text.hasPrefix("TROUPE_"), !text.hasPrefix("DISCORD_") { return text }
        if text.wholeMatch(of: /\/run\/secrets\/[\w-]{0,100}_key/.ignoresCase()) != nil { return "file:\(text)" }
        throw keyProblem
    }

    private static let keyProblem = Problem(
        userMessage:
            "key: write the name of an environment variable, or of a file in /run/secrets, that ends in _KEY; never the key itself."
    )

    private static func more(_ text: String) throws -> Node.Mapping {
        let root: Node?
        do { root = try Yams.compose(yaml: text) } catch { throw Problem(userMessage: "The other settings cannot be read: \(error)") }
        guard let root else { return [:] }
        guard let mapping = root.mapping else {
            throw Problem(userMessage: "Write the other settings as in troupe.yaml: a key, a colon, a value.")
        }
        return mapping
    }

    /// Text, whatever it looks like.
    private static func text(_ value: String) -> Node { Node(value, Tag(.str), .doubleQuoted) }
}
