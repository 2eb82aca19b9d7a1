// The tensors of a checkpoint folder: one `model.safetensors`, or several files that `model.safetensors.index.json` lists.

struct SafetensorsFolder: TensorFile {
    let path: String
    private let files: [SafetensorsFile]
    /// Which file has a tensor.
    private let fileOfTensor: [String: Int]

    init(folder: CheckpointFolder) throws(CheckpointError) {
        path = folder.path
        guard let index = folder.existing("model.safetensors.index.json") else {
            let file = try SafetensorsFile(path: folder.weights)
            files = [file]
            fileOfTensor = Dictionary(uniqueKeysWithValues: file.names.map { ($0, 0) })
            return
        }
        guard let list = try SettingsFile(path: index).present("weight_map") as? [String: String] else {
            throw CheckpointError(.malformed, file: index, item: "weight_map", "is missing or not an object from tensors to files")
        }
        let names = Set(list.values).sorted()
        guard names.count <= 1000 else {
            throw CheckpointError(.outOfBounds, file: index, item: "weight_map", "names more than 1000 files")
        }
        var files: [SafetensorsFile] = []
        for name in names {
            guard !name.contains("/"), !name.hasPrefix(".") else {
                throw CheckpointError(.malformed, file: index, item: "weight_map", "names a file outside the folder: \(name.prefix(80))")
            }
            files.append(try SafetensorsFile(path: folder.file(name)))
        }
        self.files = files
        fileOfTensor = list.compactMapValues { names.firstIndex(of: $0) }
    }

    func contains(_ name: String) -> Bool { fileOfTensor[name].map { files[$0].contains(name) } ?? false }

    func tensor(_ name: String, shape: [Int]) throws(CheckpointError) -> TensorView {
        guard let index = fileOfTensor[name] else {
            throw CheckpointError(.missingTensor, file: path, item: name, "the tensor is missing")
        }
        return try files[index].tensor(name, shape: shape)
    }
}
