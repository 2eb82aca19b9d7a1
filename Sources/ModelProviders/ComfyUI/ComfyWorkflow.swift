import Foundation
import Inference
import Support

/// A workflow as ComfyUI exports it for its API, with the places that a request fills.
///
/// The places are marked in the file, as `"%prompt%"` or with the value for requests that do not say it, `"%steps:25%"`; where no
/// mark is found, the usual nodes are looked for. Pure.
public struct ComfyWorkflow: Sendable, Hashable {
    /// A value of a node, found without a mark.
    struct Place: Sendable, Hashable {
        var node: String
        var input: String
        var slot: ComfySlot
    }

    /// Why a file cannot be used, in words that say what to do.
    public struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
        public let description: String
    }

    private let nodes: JSONValue
    private let places: [Place]
    let slots: Set<ComfySlot>

    private static let maximumBytes = 4 << 20

    /// - Parameter json: the file's bytes.
    public init(_ json: [UInt8]) throws(Problem) {
        guard json.count <= Self.maximumBytes, let tree = try? JSONDecoder().decode(JSONValue.self, from: Data(json)),
            var nodes = tree.members
        else { throw Problem(description: "it is no JSON object; export the workflow again, with File, Export (API)") }
        if nodes["nodes"] != nil, nodes["links"] != nil {
            throw Problem(
                description: "it is the form for ComfyUI's page; export it with File, Export (API), in older versions Save (API Format)")
        }
        // As it stands in a request.
        if nodes.count == 1, let inner = nodes["prompt"]?.members { nodes = inner }
        guard !nodes.isEmpty, nodes.values.allSatisfy({ $0["class_type"]?.string != nil && $0["inputs"]?.members != nil }) else {
            throw Problem(description: "its nodes lack class_type or inputs; export it with File, Export (API)")
        }
        self.nodes = .object(nodes)
        let marked = Set(ComfyMark.all(in: self.nodes).map(\.slot))
        places = marked.isEmpty ? ComfyPlaces.find(in: nodes) : []
        slots = marked.union(places.map(\.slot))
        guard slots.contains(.prompt) else {
            throw Problem(description: "no place for the prompt was found; write %prompt% where the text of a node stands")
        }
    }

    /// The wishes beside the prompt that it can follow.
    public var abilities: ImageModelCard.Abilities {
        var abilities = ImageModelCard.Abilities()
        abilities.negativePrompt = slots.contains(.negative)
        if slots.isSuperset(of: [.width, .height]) {
            abilities.sizes = ["1024x1024", "1216x832", "832x1216", "768x768", "512x512"].compactMap { ImageSize($0) }
        }
        if slots.contains(.steps) { abilities.steps = 1...150 }
        if slots.contains(.guidance) { abilities.guidance = 0...30 }
        abilities.initialImage = slots.contains(.image)
        // Pictures of one batch are not those of the seeds that follow the first.
        abilities.seeds = slots.contains(.seed) && !slots.contains(.count)
        return abilities
    }

    /// Whether it starts from a picture.
    public var needsPicture: Bool { slots.contains(.image) }

    /// The runs that paint all pictures of a request: one for each, or one batch where it has a place for the count.
    ///
    /// - Parameter image: the name under which the server has the initial picture.
    func runs(_ request: ImageRequest, image: String?) -> [JSONValue] {
        if slots.contains(.count) { return [filled(request, count: request.count, seed: request.seed, image: image)] }
        return (0..<request.count).map { filled(request, count: 1, seed: request.seed &+ UInt64($0), image: image) }
    }

    private func filled(_ request: ImageRequest, count: Int, seed: UInt64, image: String?) -> JSONValue {
        func value(_ slot: ComfySlot) -> JSONValue? { slot.value(request, count: count, seed: seed, image: image) }
        let marked = nodes.mapped { ComfyMark.filled($0, value) }
        guard var nodes = marked.members else { return marked }
        for place in places {
            guard let value = value(place.slot), var node = nodes[place.node]?.members, var inputs = node["inputs"]?.members else {
                continue
            }
            // What the workflow never wants stays unwanted.
            let own = place.slot == .negative ? inputs[place.input]?.string.flatMap { $0.isEmpty ? nil : $0 } : nil
            inputs[place.input] = own.flatMap { own in value.string.map { .string("\(own), \($0)") } } ?? value
            node["inputs"] = .object(inputs)
            nodes[place.node] = .object(node)
        }
        return .object(nodes)
    }
}
