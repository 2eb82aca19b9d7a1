import OrderedCollections
import Yams

/// YAML as the JSON that means the same; JSON is YAML already. What seeds and scenarios are written in.
enum YAMLReader {
    static let maximumBytes = 16 << 20
    private static let maximumDepth = 64
    /// Aliases may name the same node many times; more than this is no document for people.
    private static let maximumNodes = 1_000_000

    static func read(_ text: String) throws(World.PlayError) -> JSON {
        guard text.utf8.count <= maximumBytes else {
            throw World.PlayError("The document is larger than \(maximumBytes >> 20) MiB.", status: 413)
        }
        let root: Node?
        do { root = try Yams.compose(yaml: text) } catch { throw World.PlayError("This is no YAML: \(error)") }
        var left = maximumNodes
        return try root.map { (node) throws(World.PlayError) in try json(node, depth: 0, &left) } ?? .empty
    }

    private static func json(_ node: Node, depth: Int, _ left: inout Int) throws(World.PlayError) -> JSON {
        left -= 1
        guard depth < maximumDepth, left > 0 else { throw World.PlayError("The document is nested too deeply or is too large.") }
        switch node {
        case .mapping(let mapping):
            var object: JSONObject = [:]
            for (key, value) in mapping {
                guard let name = key.scalar?.string else { throw World.PlayError("A key must be a word\(place(key)).") }
                object[name] = try json(value, depth: depth + 1, &left)
            }
            return .object(object)
        case .sequence(let sequence):
            var list: [JSON] = []
            for entry in sequence { list.append(try json(entry, depth: depth + 1, &left)) }
            return .array(list)
        case .scalar(let scalar): return value(scalar)
        case .alias: throw World.PlayError("An alias names nothing\(place(node)).")
        }
    }

    /// A word that is not quoted may be a number, a truth or nothing.
    private static func value(_ scalar: Node.Scalar) -> JSON {
        let text = scalar.string
        guard scalar.style == .plain || scalar.style == .any else { return .string(text) }
        switch text {
        case "", "~", "null": return .null
        case "true": return true
        case "false": return false
        default: break
        }
        if let number = Int64(text) { return .int(number) }
        if text.contains(where: { $0 == "." || $0 == "e" }), let number = Double(text), number.isFinite { return .double(number) }
        return .string(text)
    }

    private static func place(_ node: Node) -> String { node.mark.map { " at line \($0.line)" } ?? "" }
}
