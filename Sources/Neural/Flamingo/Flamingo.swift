// Pictures and words to words: OpenFlamingo's arrangement of the parts in this folder around a language model. Reads top to bottom: a picture is looked at once; a text with marks for pictures is read; more is written.
import CKernels
import Foundation

struct Flamingo: Sendable {
    let sizes: FlamingoConfiguration
    private let encoder: VisionEncoder
    private let resampler: PerceiverResampler
    private let gates: [GatedCrossAttention]
    let language: FlamingoLanguage

    init(folder path: String) throws(CheckpointError) {
        let folder = try CheckpointFolder(path: path)
        let sizes = try FlamingoConfiguration(SettingsFile(path: folder.configuration))
        try self.init(TensorSource(file: SafetensorsFolder(folder: folder)), sizes)
    }

    init(_ tensors: TensorSource, _ sizes: FlamingoConfiguration) throws(CheckpointError) {
        self.sizes = sizes
        encoder = try VisionEncoder(tensors.scoped("vision_model"), sizes.vision)
        resampler = try PerceiverResampler(tensors.scoped("perceiver"), sizes)
        var gates: [GatedCrossAttention] = []
        for layer in 0..<sizes.text.layers where (layer + 1) % sizes.every == 0 {
            gates.append(try GatedCrossAttention(tensors.scoped("lang_encoder.gated_cross_attn_layers.\(layer)"), sizes))
        }
        self.gates = gates
        language = try FlamingoLanguage(tensors.scoped("lang_encoder"), sizes.text)
    }

    /// Vision tokens of a picture: [latents][vision width].
    /// - Parameter pixels: [side][side][3]
    func visionTokens(_ pixels: [UInt8], pool: ComputePool) -> FloatBuffer {
        resampler.resample(encoder.encode(pixels, pool: pool), pool: pool)
    }

    /// All that the language model needs of a picture. Keep it, and the picture need not be looked at again.
    func look(at pixels: [UInt8], pool: ComputePool) -> SeenPicture {
        let tokens = visionTokens(pixels, pool: pool)
        var picture = SeenPicture(keys: [], values: [])
        for gate in gates { gate.look(tokens, into: &picture, pool: pool) }
        return picture
    }

    /// A text being read or written: what is remembered of its words, and its pictures in order. A value: a copy goes its own way
    /// and shares what it has in common with the other.
    struct Text {
        fileprivate(set) var words: KeyValueSequence
        fileprivate(set) var pictures: [SeenPicture] = []
        /// Marks for pictures so far.
        fileprivate var marks = 0

        var tokens: [Int32] { words.tokens }
    }

    func begin(in pages: KeyValuePool) -> Text { Text(words: KeyValueSequence(pages)) }

    /// Reads more of each text, in passes that fit the workspace.
    ///
    /// - Parameter parts: for each text its new tokens, and the pictures of the marks among them, in order.
    /// - Returns: logits after the last new token of each text: [texts][vocabulary].
    func read(
        _ texts: inout [Text], _ parts: [(tokens: [Int32], pictures: [SeenPicture])], workspace: LlamaWorkspace, pool: ComputePool
    ) -> [[Float]] {
        var results = [[Float]](repeating: [], count: texts.count)
        for index in texts.indices { texts[index].pictures += parts[index].pictures }
        if parts.allSatisfy({ $0.tokens.count == 1 }), parts.count <= workspace.rows {
            let logits = pass(&texts, parts.map(\.tokens), workspace: workspace, pool: pool)
            return logits
        }
        for index in texts.indices {
            var rest = parts[index].tokens[...]
            while !rest.isEmpty {
                let piece = Array(rest.prefix(workspace.rows))
                rest = rest.dropFirst(piece.count)
                var one = [texts[index]]
                results[index] = pass(&one, [piece], workspace: workspace, pool: pool)[0]
                texts[index] = one[0]
            }
        }
        return results
    }

    private func pass(_ texts: inout [Text], _ tokens: [[Int32]], workspace: LlamaWorkspace, pool: ComputePool) -> [[Float]] {
        var parts: [LlamaDecoder.Part] = []
        var pictures: [SeenPicture?] = []
        for index in texts.indices {
            texts[index].words.extend(by: tokens[index][...])
            for token in tokens[index] {
                if token == sizes.mediaToken { texts[index].marks += 1 }
                let mark = texts[index].marks
                // A mark that the model has written itself stands for no new picture.
                pictures.append(mark == 0 ? nil : texts[index].pictures[safe: min(mark, texts[index].pictures.count) - 1])
            }
            parts.append(LlamaDecoder.Part(sequence: texts[index].words, count: tokens[index].count, logits: 1))
        }
        let logits = FloatBuffer(count: texts.count * sizes.text.vocabulary)
        language.forward(parts, workspace: workspace, logits: logits.start, pool: pool) { layer, x in
            guard (layer + 1) % sizes.every == 0 else { return }
            let place = (layer + 1) / sizes.every - 1
            gates[place].apply(x, pictures: pictures, place: place, pool: pool)
        }
        return texts.indices.map { index in
            Array(UnsafeBufferPointer(start: logits.start + index * sizes.text.vocabulary, count: sizes.text.vocabulary))
        }
    }

    /// Logits of every position of a text, for comparisons: [tokens][vocabulary].
    func logits(of tokens: [Int32], pictures: [SeenPicture], pages: KeyValuePool, pool: ComputePool) -> [[Float]] {
        let workspace = language.makeWorkspace(rows: 1)
        var texts = [begin(in: pages)]
        texts[0].pictures = pictures
        return tokens.map { pass(&texts, [[$0]], workspace: workspace, pool: pool)[0] }
    }
}

extension Array {
    fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
