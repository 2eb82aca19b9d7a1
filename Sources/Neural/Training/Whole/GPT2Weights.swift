// All weights of a GPT-2 in one run, so that the optimiser and checkpoints know no matrices; named and shaped as `transformers` has
// them. Written as a folder that it loads.
import Foundation

struct GPT2Weights: Sendable {
    struct Slot: Sendable {
        let name: String
        let shape: [Int]
        let start: Int

        var count: Int { shape.reduce(1, *) }
    }

    let sizes: GPT2Configuration
    let slots: [Slot]
    let values: FloatBuffer
    private let byName: [String: Slot]

    /// Zeros.
    init(_ sizes: GPT2Configuration) {
        self.sizes = sizes
        var slots: [Slot] = []
        var count = 0
        func add(_ name: String, _ shape: [Int]) {
            slots.append(Slot(name: name, shape: shape, start: count))
            count += slots[slots.count - 1].count
        }
        func norm(_ name: String) {
            add("\(name).weight", [sizes.width])
            add("\(name).bias", [sizes.width])
        }
        add("wte.weight", [sizes.vocabulary, sizes.width])
        add("wpe.weight", [sizes.context, sizes.width])
        for index in 0..<sizes.layers {
            norm("h.\(index).ln_1")
            norm("h.\(index).ln_2")
            for place in LoRALayout(sizes).places {
                add("h.\(index).\(place.target.rawValue).weight", [place.inputs, place.outputs])
                add("h.\(index).\(place.target.rawValue).bias", [place.outputs])
            }
        }
        norm("ln_f")
        self.slots = slots
        values = FloatBuffer(count: count)
        byName = Dictionary(uniqueKeysWithValues: slots.map { ($0.name, $0) })
    }

    /// Where a tensor begins in a run of this layout.
    func start(_ name: String) -> Int {
        guard let slot = byName[name] else { preconditionFailure("a GPT-2 has no \(name)") }
        return slot.start
    }

    /// Fills the values from a checkpoint.
    func read(_ body: TensorSource) throws(CheckpointError) {
        for slot in slots {
            let numbers = try body.floats(slot.name, slot.shape)
            (values.start + slot.start).update(from: numbers.start, count: slot.count)
        }
    }

    /// Writes a folder of Hugging Face's with these values, in float32, and the base's tokenizer.
    func write(_ values: FloatBuffer, base: CheckpointFolder, end: Int32?, to path: String) throws {
        var tensors: [String: SafetensorsWriter.Tensor] = [:]
        for slot in slots {
            let numbers = FloatBuffer(count: slot.count)
            numbers.start.update(from: values.start + slot.start, count: slot.count)
            tensors["transformer.\(slot.name)"] = .init(shape: slot.shape, numbers: numbers)
        }
        let folder = URL(filePath: path)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        // gpt-2-simple's folders have the same two files under other names.
        let names = [
            "tokenizer.json": "tokenizer.json", "tokenizer_config.json": "tokenizer_config.json", "vocab.json": "vocab.json",
            "merges.txt": "merges.txt", "encoder.json": "vocab.json", "vocab.bpe": "merges.txt",
        ]
        for (theirs, ours) in names {
            guard let file = base.existing(theirs) else { continue }
            try Data(contentsOf: URL(filePath: file)).write(to: folder.appending(path: ours), options: .atomic)
        }
        try configuration(end: end).write(to: folder.appending(path: "config.json"), options: .atomic)
        try SafetensorsWriter.write(tensors, metadata: ["format": "pt"], to: folder.appending(path: "model.safetensors").path)
    }

    private func configuration(end: Int32?) throws -> Data {
        struct File: Encodable {
            var model_type = "gpt2"
            var architectures = ["GPT2LMHeadModel"]
            var activation_function = "gelu_new"
            var n_embd: Int
            var n_layer: Int
            var n_head: Int
            var n_inner: Int
            var n_positions: Int
            var vocab_size: Int
            var layer_norm_epsilon = 1e-5
            var tie_word_embeddings = true
            var bos_token_id: Int32?
            var eos_token_id: Int32?
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        return try encoder.encode(
            File(
                n_embd: sizes.width, n_layer: sizes.layers, n_head: sizes.heads, n_inner: sizes.hidden, n_positions: sizes.context,
                vocab_size: sizes.vocabulary, bos_token_id: end, eos_token_id: end))
    }
}
