// Where a base has the matrices that an adapter may stand beside, and how PEFT names them there.

struct LoRALayout: Sendable, Equatable {
    struct Place: Sendable, Equatable {
        let target: LoRATarget
        let inputs: Int
        let outputs: Int
    }

    /// Of the layers, in PEFT's files.
    let prefix: String
    let layers: Int
    /// Of every layer, in the order in which they are used.
    let places: [Place]
    /// Whether the base's own weights lie as [inputs][outputs]; PEFT must know.
    let fanInFanOut: Bool

    func place(_ target: LoRATarget) -> Place? { places.first { $0.target == target } }

    /// `lora_A.weight` [rank][inputs] or `lora_B.weight` [outputs][rank].
    func name(_ layer: Int, _ target: LoRATarget, _ matrix: String) -> String {
        "base_model.model.\(prefix).\(layer).\(target.rawValue).lora_\(matrix).weight"
    }
}

extension LoRALayout {
    init(_ sizes: GPT2Configuration) {
        let width = sizes.width
        self.init(
            prefix: "transformer.h", layers: sizes.layers,
            places: [
                Place(target: .queriesKeysValues, inputs: width, outputs: 3 * width),
                Place(target: .attentionOutput, inputs: width, outputs: width),
                Place(target: .widen, inputs: width, outputs: sizes.hidden),
                Place(target: .narrow, inputs: sizes.hidden, outputs: width),
            ], fanInFanOut: true)
    }

    init(_ sizes: LlamaConfiguration) {
        let (width, queries, keys) = (sizes.width, sizes.heads * sizes.headSize, sizes.keyHeads * sizes.headSize)
        self.init(
            prefix: "model.layers", layers: sizes.layers,
            places: [
                Place(target: .queries, inputs: width, outputs: queries),
                Place(target: .keys, inputs: width, outputs: keys),
                Place(target: .values, inputs: width, outputs: keys),
                Place(target: .output, inputs: queries, outputs: width),
                Place(target: .gate, inputs: width, outputs: sizes.hidden),
                Place(target: .up, inputs: width, outputs: sizes.hidden),
                Place(target: .down, inputs: sizes.hidden, outputs: width),
            ], fanInFanOut: false)
    }
}
