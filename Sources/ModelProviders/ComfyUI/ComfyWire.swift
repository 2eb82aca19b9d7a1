import Foundation
import Support

/// What goes over the wire to ComfyUI. Pure. Source: its `server.py` and `execution.py`.
enum ComfyWire {
    /// `POST /prompt`.
    struct Submission: Encodable, Sendable {
        var prompt: JSONValue
        var prompt_id: String
        var client_id: String
    }

    struct Accepted: Decodable, Sendable {
        /// The one that was sent; servers older than that draw their own.
        var prompt_id: String
    }

    /// `GET /queue`: what runs and what waits, of everybody.
    struct Queue: Decodable, Sendable, Hashable {
        var running: Set<String>
        var pending: Set<String>

        private enum Keys: String, CodingKey { case queue_running, queue_pending }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Keys.self)
            running = try Self.ids(container.decode([[JSONValue]].self, forKey: .queue_running))
            pending = try Self.ids(container.decode([[JSONValue]].self, forKey: .queue_pending))
        }

        /// Each entry is `[number, id, prompt, …]`.
        private static func ids(_ entries: [[JSONValue]]) -> Set<String> { Set(entries.compactMap { $0.dropFirst().first?.string }) }

        func contains(_ id: String) -> Bool { running.contains(id) || pending.contains(id) }
    }

    /// How a run ended, from `GET /history/{id}`; nil while it has not.
    enum Ending: Sendable, Hashable {
        case painted([File])
        case failed(String)
        case outOfMemory(String)
        case interrupted
    }

    /// A file that a run left behind.
    struct File: Sendable, Hashable {
        var filename: String
        var subfolder: String
        var type: String

        /// Where it is fetched.
        var path: String {
            var parts = URLComponents()
            parts.queryItems = [
                URLQueryItem(name: "filename", value: filename), URLQueryItem(name: "subfolder", value: subfolder),
                URLQueryItem(name: "type", value: type),
            ]
            // `+` would be read as a space.
            return "/view?" + (parts.percentEncodedQuery ?? "").replacing("+", with: "%2B")
        }

        init?(_ tree: JSONValue) {
            guard let name = tree["filename"]?.string, !name.isEmpty else { return nil }
            filename = name
            subfolder = tree["subfolder"]?.string ?? ""
            type = tree["type"]?.string ?? "output"
        }
    }

    /// Reads a history; nil where this run is not in it, or not yet ended.
    static func ending(of id: String, in history: JSONValue) -> Ending? {
        guard let entry = history[id] else { return nil }
        if entry["status"]?["status_str"]?.string == "error" { return failure(entry) }
        let outputs = (entry["outputs"]?.members ?? [:]).sorted { ($0.key.count, $0.key) < ($1.key.count, $1.key) }
        let files = outputs.flatMap { _, output -> [File] in
            guard case .array(let images)? = output["images"] else { return [] }
            return images.compactMap { File($0) }
        }
        // Nodes that only show pictures leave temporary ones.
        let kept = files.filter { $0.type == "output" }
        return .painted(kept.isEmpty ? files : kept)
    }

    private static func failure(_ entry: JSONValue) -> Ending {
        guard case .array(let messages)? = entry["status"]?["messages"] else { return .failed("without a reason") }
        for case .array(let message) in messages where message.count == 2 {
            switch message[0].string {
            case "execution_interrupted": return .interrupted
            case "execution_error":
                let type = message[1]["exception_type"]?.string ?? "", words = message[1]["exception_message"]?.string ?? ""
                let node = message[1]["node_type"]?.string ?? "a node"
                let reason = "\(node): \(type): \(words.split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(300))"
                return MemoryWords.occur(in: type + " " + words) ? .outOfMemory(reason) : .failed(reason)
            default: continue
            }
        }
        return .failed("without a reason")
    }

    /// What a refused workflow lacks, from the answer to `POST /prompt`: the first error of each node.
    static func refusal(_ body: [UInt8]) -> String? {
        guard let tree = try? JSONDecoder().decode(JSONValue.self, from: Data(body.prefix(256 << 10))) else { return nil }
        let nodes = (tree["node_errors"]?.members ?? [:]).sorted { $0.key < $1.key }
        let errors = nodes.prefix(5).compactMap { id, node -> String? in
            guard case .array(let errors)? = node["errors"], let first = errors.first else { return nil }
            let words = [first["message"]?.string, first["details"]?.string].compactMap { $0 }.joined(separator: ": ")
            return "node \(id) (\(node["class_type"]?.string ?? "?")): \(words)"
        }
        let error = tree["error"]?["message"]?.string ?? tree["error"]?.string
        let words = errors.isEmpty ? [error, tree["error"]?["details"]?.string].compactMap { $0 } : errors
        return words.isEmpty ? nil : String(words.joined(separator: "; ").prefix(500))
    }

    /// `GET /system_stats`.
    struct SystemStats: Decodable, Sendable {
        struct System: Decodable, Sendable {
            var comfyui_version: String?
        }
        struct Device: Decodable, Sendable {
            var name: String?
        }
        var system: System
        var devices: [Device]?
    }
}
