import Inference
import Support

/// A ComfyUI server that runs the operator's workflow.
///
/// Its runs have ids of our choosing, made of the work's id: a repeat after a crash finds the run in the queue or in the history
/// and waits for it instead of painting again. The history is the truth; only our own runs are ever deleted or interrupted.
public final class ComfyServer: ImageServer {
    public let lanes = 1
    public var address: ServerAddress { client.address }
    let client: ServerClient
    private let workflow: ComfyWorkflow
    private let randomness: @Sendable () -> UInt64

    /// A run may wait behind other people's.
    static let patience = Duration.seconds(3_600)
    /// How long a server may be away while we ask for a run: it may only be busy.
    static let blackout = Duration.seconds(5)
    static let brief = ServerCall.Limits(firstByte: .seconds(10), idle: .seconds(10), bytes: 32 << 20)

    /// - Parameter randomness: 64 random bits, for runs without an id.
    public init(client: ServerClient, workflow: ComfyWorkflow, randomness: @escaping @Sendable () -> UInt64) {
        self.client = client
        self.workflow = workflow
        self.randomness = randomness
    }

    public func paint(_ request: ImageRequest, progress: @escaping @Sendable (ImageProgress) -> Void) async throws -> ImageResult {
        let work = request.workID ?? String(randomness(), radix: 36) + String(randomness(), radix: 36)
        let image = try await upload(request, work: work)
        let graphs = workflow.runs(request, image: image)
        var runs = graphs.indices.map { ComfyRun(id: NamedUUID.text("\(work)/\($0)"), graph: graphs[$0]) }
        do {
            try await submit(&runs, client: NamedUUID.text(work), isRepeatable: request.workID != nil, request)
            try await wait(for: &runs, request, progress)
        } catch {
            // Nobody waits for them any more. This task may be cancelled; what takes them back must not be, for a moment.
            let ids = runs.filter { $0.ending == nil }.map(\.id)
            await Task { await withdraw(ids) }.value
            throw error
        }
        let images = try await fetch(runs)
        let seeds = workflow.slots.contains(.count) ? [] : (0..<request.count).map { request.seed &+ UInt64($0) }
        return ImageResult(images: images, seeds: seeds)
    }

    /// The name under which the server has the initial picture.
    private func upload(_ request: ImageRequest, work: String) async throws -> String? {
        guard workflow.needsPicture, let initial = request.initialImage else { return nil }
        let id = NamedUUID.text("\(work)/image")
        var form = MultipartForm()
        form.add("image", filename: "troupe-\(id).png", type: "image/png", bytes: initial.bytes)
        form.add("type", "input")
        form.add("overwrite", "true")
        struct Uploaded: Decodable {
            var name: String
            var subfolder: String?
        }
        let uploaded: Uploaded = try await client.json(form.call("/upload/image", id: id, limits: Self.brief))
        let folder = uploaded.subfolder ?? ""
        return folder.isEmpty ? uploaded.name : "\(folder)/\(uploaded.name)"
    }

    private func fetch(_ runs: [ComfyRun]) async throws -> [[UInt8]] {
        var images: [[UInt8]] = []
        for run in runs {
            guard case .painted(let files)? = run.ending else { continue }
            guard !files.isEmpty else {
                throw ModelError(
                    .failed, model: client.model, details: "the workflow leaves no picture at \(address); does it end with Save Image?")
            }
            for file in workflow.slots.contains(.count) ? files[...] : files.prefix(1) {
                let call = ServerCall.get(file.path, limits: .init(firstByte: .seconds(30), bytes: PaintedPictures.answerLimit(count: 1)))
                images.append(try await client.success(call).body)
            }
        }
        return images
    }

    public func look() async throws -> String {
        let stats: ComfyWire.SystemStats = try await client.json(.get("/system_stats"))
        let device = stats.devices?.first?.name.map { " on \($0.prefix(60))" } ?? ""
        return "ComfyUI \(stats.system.comfyui_version ?? "of an old version")\(device)"
    }
}
