import Inference
import Neural
import Pictures
import Synchronization

/// A DALL·E mini checkpoint on disk, painted by Troupe's own engine, behind the port ``ImageModel``.
///
/// The checkpoint is read when it is first needed, once, and stays. All computing happens on threads of its own.
public final class NeuralImageModel: ImageModel {
    public let card: ImageModelCard
    private let folder: String
    private let threads: Int?
    private let precision: WeightPrecision
    private let loaded = Mutex<DalleMini?>(nil)

    /// - Parameters:
    ///   - folder: a checkpoint: `config.json`, `model.safetensors`, `vocab.json`, `merges.txt`.
    ///   - threads: that one painting may use; nil is one for each processor.
    ///   - precision: of its decoder.
    public init(card: ImageModelCard, folder: String, threads: Int? = nil, precision: WeightPrecision = .stored) {
        self.card = card
        self.folder = folder
        self.threads = threads
        self.precision = precision
    }

    /// Reads the checkpoint now, so that the first painting need not wait and a damaged file shows at the start.
    ///
    /// - Throws: ``ModelError`` whose details name the file, the tensor and the offset.
    public func warmUp() async throws {
        try await DedicatedThread.run(name: "troupe.\(card.name)") { _ in _ = try self.model() }
    }

    public func generate(_ request: ImageRequest, progress: @escaping @Sendable (ImageProgress) -> Void) async throws -> ImageResult {
        guard (1...card.maximumCount).contains(request.count) else {
            throw ModelError(.invalidRequest, model: card.name, details: "it paints 1 to \(card.maximumCount) pictures at a time")
        }
        return try await DedicatedThread.run(name: "troupe.\(card.name)") { cancellation in
            if cancellation.isCancelled { throw CancellationError() }
            return try self.paint(request, progress: progress, isCancelled: { cancellation.isCancelled })
        }
    }

    private func paint(
        _ request: ImageRequest, progress: (ImageProgress) -> Void, isCancelled: () -> Bool
    ) throws -> ImageResult {
        let model = try model()
        do {
            let painted = try model.generate(
                prompt: request.prompt, count: request.count, seed: request.seed,
                progress: { progress(ImageProgress(fraction: $0.fraction)) }, isCancelled: isCancelled)
            let images = try painted.map { try Picture(width: $0.width, height: $0.height, pixels: $0.rgb).png() }
            return ImageResult(images: images, seeds: (0..<request.count).map { request.seed &+ UInt64($0) })
        } catch let error as PaintError {
            switch error {
            case .promptTooLong, .badCount: throw ModelError(.invalidRequest, model: card.name, details: error.description)
            case .badSetting, .notFinite: throw ModelError(.failed, model: card.name, details: "\(folder): \(error.description)")
            }
        } catch let error as PictureError {
            throw ModelError(.failed, model: card.name, details: error.description)
        }
    }

    /// The loaded checkpoint; whoever comes while it is being read waits, on its own thread.
    private func model() throws -> DalleMini {
        try loaded.withLock { loaded in
            if let loaded { return loaded }
            do {
                let model = try DalleMini.load(folder: folder, threads: threads, precision: precision)
                loaded = model
                return model
            } catch {
                throw ModelError(.failed, model: card.name, details: "\(error)")
            }
        }
    }
}
