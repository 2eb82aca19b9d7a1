// Adapters in PEFT's format: a folder with `adapter_config.json` and `adapter_model.safetensors`. What would change the result and is
// not known here is refused; what says how it was learnt is passed over.
import Foundation

extension LoRAAdapter {
    static let configuration = "adapter_config.json"
    static let weights = "adapter_model.safetensors"

    /// Reads an adapter of a base.
    public convenience init(path: String, for model: BaseModel) throws(CheckpointError) {
        try self.init(path: path, layout: model.decoder.layout)
    }

    /// Holds an adapter whose two files lie elsewhere.
    convenience init(settings: [UInt8], weights: [UInt8], for model: BaseModel) throws(CheckpointError) {
        try self.init(
            MappedFile(settings, name: Self.configuration), MappedFile(weights, name: Self.weights), layout: model.decoder.layout)
    }

    convenience init(path: String, layout: LoRALayout) throws(CheckpointError) {
        let folder = try CheckpointFolder(path: path, expects: "\(Self.configuration) and \(Self.weights)")
        try self.init(
            MappedFile(path: folder.file(Self.configuration)), MappedFile(path: folder.file(Self.weights)), layout: layout)
    }

    private convenience init(_ settings: MappedFile, _ weights: MappedFile, layout: LoRALayout) throws(CheckpointError) {
        let settings = try LoRASettings(SettingsFile(settings), layout)
        let file = try SafetensorsFile(weights)
        var unread = Set(file.names)
        var pairs: [[LoRATarget: Pair]] = []
        for layer in 0..<layout.layers {
            var layerPairs: [LoRATarget: Pair] = [:]
            for place in layout.places where settings.targets.contains(place.target) {
                let (a, b) = (layout.name(layer, place.target, "A"), layout.name(layer, place.target, "B"))
                // A layer that the adapter leaves out (`layers_to_transform`) has neither.
                guard file.contains(a) || file.contains(b) else { continue }
                layerPairs[place.target] = Pair(
                    first: try file.tensor(a, shape: [settings.rank, place.inputs]),
                    second: try file.tensor(b, shape: [place.outputs, settings.rank]))
                unread.subtract([a, b])
            }
            pairs.append(layerPairs)
        }
        if let other = unread.min() {
            throw CheckpointError(.unsupported, file: file.path, item: other, "is not of a LoRA adapter of this base")
        }
        guard pairs.contains(where: { !$0.isEmpty }) else {
            throw CheckpointError(.missingTensor, file: file.path, "has no matrices of the adapter's targets")
        }
        self.init(settings: settings, pairs: pairs, size: weights.bytes.count)
    }

    /// Writes the folder; each of its two files appears whole. The numbers become float16: half the room, and the rounding (2^-11 of each)
    /// is far below what learning leaves open.
    static func write(
        _ parameters: LoRAParameters, _ values: FloatBuffer, to path: String, isHalf: Bool = true
    ) throws(CheckpointError) {
        var tensors: [String: SafetensorsWriter.Tensor] = [:]
        let rank = parameters.settings.rank
        for slot in parameters.slots {
            let first = FloatBuffer(count: rank * slot.inputs)
            first.start.update(from: parameters.first(slot, of: values), count: first.count)
            tensors[parameters.layout.name(slot.layer, slot.target, "A")] = .init(
                shape: [rank, slot.inputs], numbers: first, isHalf: isHalf)
            let second = FloatBuffer(count: slot.outputs * rank)
            let turned = parameters.second(slot, of: values)
            for output in 0..<slot.outputs {
                for row in 0..<rank { second.start[output * rank + row] = turned[row * slot.outputs + output] }
            }
            tensors[parameters.layout.name(slot.layer, slot.target, "B")] = .init(
                shape: [slot.outputs, rank], numbers: second, isHalf: isHalf)
        }
        let folder = URL(filePath: path)
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try parameters.settings.peft(parameters.layout).write(to: folder.appending(path: configuration), options: .atomic)
        } catch {
            throw CheckpointError(.unreadable, file: path, "cannot be written: \(error.localizedDescription)")
        }
        try SafetensorsWriter.write(tensors, to: folder.appending(path: weights).path)
    }

    /// Into a run with the parameters' layout, so that learning can go on from it.
    func read(into parameters: LoRAParameters) {
        let rank = settings.rank
        for slot in parameters.slots {
            guard let pair = pairs[slot.layer][slot.target] else { continue }
            let (first, second) = (pair.first.floats(), pair.second.floats())
            parameters.first(slot, of: parameters.values).update(from: first.start, count: first.count)
            let turned = parameters.second(slot, of: parameters.values)
            for output in 0..<slot.outputs {
                for row in 0..<rank { turned[row * slot.outputs + output] = second.start[output * rank + row] }
            }
        }
    }
}

extension LoRASettings {
    /// Of `adapter_config.json`.
    init(_ file: SettingsFile, _ layout: LoRALayout) throws(CheckpointError) {
        try file.require("peft_type", is: "LORA")
        try file.require("use_dora", is: false)
        try file.require("lora_bias", is: false)
        try file.require("bias", is: "none")
        try file.require("fan_in_fan_out", is: layout.fanInFanOut)
        try file.require("modules_to_save", isAbsent: "adapters that replace whole modules are not supported")
        for key in ["rank_pattern", "alpha_pattern"] where !(file.present(key) as? [String: Any] ?? [:]).isEmpty {
            throw file.fault(.unsupported, key, "adapters of several ranks are not supported")
        }
        let names = try file.strings("target_modules") ?? []
        var targets: Set<LoRATarget> = []
        for name in names {
            let known = LoRATarget.named(name).filter { layout.place($0) != nil }
            guard !known.isEmpty else { throw file.fault(.unsupported, "target_modules", "\(name.prefix(40)) is no matrix of this base") }
            targets.formUnion(known)
        }
        guard !targets.isEmpty else { throw file.fault(.malformed, "target_modules", "is missing or empty") }
        self.init(
            rank: try file.int("r", 1...Self.highestRank), alpha: try file.number("lora_alpha", 1e-6...1e6),
            targets: layout.places.map(\.target).filter(targets.contains), isRankStabilised: try file.flag("use_rslora", default: false))
    }

    fileprivate func peft(_ layout: LoRALayout) throws -> Data {
        struct File: Encodable {
            var peft_type = "LORA"
            var task_type = "CAUSAL_LM"
            var base_model_name_or_path: String?
            var r: Int
            var lora_alpha: Double
            var lora_dropout = 0.0
            var target_modules: [String]
            var use_rslora: Bool
            var bias = "none"
            var fan_in_fan_out: Bool
            var inference_mode = true
            var init_lora_weights = true
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        return try encoder.encode(
            File(
                r: rank, lora_alpha: alpha, target_modules: layout.places.map(\.target).filter(targets.contains).map(\.rawValue),
                use_rslora: isRankStabilised, fan_in_fan_out: layout.fanInFanOut))
    }
}
