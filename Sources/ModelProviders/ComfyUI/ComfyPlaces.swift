import Support

/// Looks for the places of a request in a workflow without marks: from each sampler up its links to the texts and the size. Pure.
enum ComfyPlaces {
    static func find(in nodes: [String: JSONValue]) -> [ComfyWorkflow.Place] {
        var places: [ComfyWorkflow.Place] = []
        func add(_ node: String, _ input: String, _ slot: ComfySlot) { places.append(.init(node: node, input: input, slot: slot)) }

        var texts: [String] = []
        for (id, inputs) in sorted(nodes) {
            for name in ["seed", "noise_seed"] where isNumber(inputs[name]) { add(id, name, .seed) }
            if isNumber(inputs["steps"]) { add(id, "steps", .steps) }
            guard inputs["positive"] != nil || inputs["guider"] != nil else {
                if isNumber(inputs["width"]), isNumber(inputs["height"]), isNumber(inputs["batch_size"]) {
                    add(id, "width", .width)
                    add(id, "height", .height)
                }
                continue
            }
            if isNumber(inputs["cfg"]) { add(id, "cfg", .guidance) }
            let positive = text(from: inputs["positive"] ?? inputs["guider"], in: nodes)
            let negative = text(from: inputs["negative"], in: nodes)
            if let positive, !texts.contains(positive) {
                texts.append(positive)
                add(positive, "text", .prompt)
            }
            if let negative, !texts.contains(negative) {
                texts.append(negative)
                add(negative, "text", .negative)
            }
        }
        return places
    }

    private static func sorted(_ nodes: [String: JSONValue]) -> [(id: String, inputs: [String: JSONValue])] {
        nodes.sorted { ($0.key.count, $0.key) < ($1.key.count, $1.key) }.map { ($0.key, $0.value["inputs"]?.members ?? [:]) }
    }

    /// The node with the text that a link leads to, perhaps through others that change the conditioning.
    private static func text(from link: JSONValue?, in nodes: [String: JSONValue]) -> String? {
        var link = link
        for _ in 0..<10 {
            guard case .array(let parts)? = link, let id = parts.first?.string, let inputs = nodes[id]?["inputs"] else { return nil }
            if inputs["text"]?.string != nil { return id }
            link = inputs["conditioning"] ?? inputs["positive"] ?? inputs["guider"]
        }
        return nil
    }

    private static func isNumber(_ value: JSONValue?) -> Bool {
        switch value {
        case .integer, .number: true
        default: false
        }
    }
}
