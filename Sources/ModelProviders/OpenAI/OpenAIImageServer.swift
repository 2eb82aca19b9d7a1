import Inference
import NIOCore
import Support
import Synchronization

/// OpenAI's images API, or a server that imitates it.
///
/// Starts from what the model's name says of it and learns the rest from the server's refusals, each of which costs nothing.
public final class OpenAIImageServer: ImageServer {
    public let lanes: Int
    public var address: ServerAddress { client.address }
    private let client: ServerClient
    private let model: String
    private let parameters: [String: JSONValue]
    private let allowedHosts: Set<String>
    private let dialect: Mutex<OpenAIImageDialect>

    private static let patience = Duration.seconds(300)

    /// - Parameters:
    ///   - model: the server's own name for it.
    ///   - parameters: go into every request, as the server's API names them.
    ///   - downloadHosts: from which pictures may be fetched over https; the server itself always is.
    ///   - lanes: requests at a time.
    public init(
        client: ServerClient, model: String, parameters: [String: JSONValue] = [:], downloadHosts: Set<String> = [], lanes: Int = 4
    ) {
        self.client = client.moved(to: client.address.below("/v1"))
        self.model = model
        self.parameters = parameters
        allowedHosts = Set(downloadHosts.map { $0.lowercased() })
        self.lanes = lanes
        dialect = Mutex(OpenAIImageDialect(model: model))
    }

    /// The wishes beside the prompt that a model of this name follows.
    public static func abilities(model: String) -> ImageModelCard.Abilities {
        var abilities = ImageModelCard.Abilities()
        abilities.seeds = false
        let name = model.lowercased()
        let sizes: [String]
        if name.contains("gpt-image") || name.contains("chatgpt-image") {
            sizes = ["1024x1024", "1536x1024", "1024x1536"]
            abilities.initialImage = true
        } else if name.hasPrefix("dall-e-3") {
            sizes = ["1024x1024", "1792x1024", "1024x1792"]
        } else if name.hasPrefix("dall-e") {
            sizes = ["1024x1024", "512x512", "256x256"]
        } else {
            sizes = []
        }
        abilities.sizes = sizes.compactMap { ImageSize($0) }
        return abilities
    }

    public func paint(_ request: ImageRequest, progress: @escaping @Sendable (ImageProgress) -> Void) async throws -> ImageResult {
        while true {
            let dialect = dialect.withLock { $0 }
            let call = try call(request, dialect)
            switch try await exchange(call, request, progress) {
            case .read(var reader):
                let outcome: OpenAIImageReader.Outcome
                do { outcome = try reader.finish() } catch { throw client.told(error, call) }
                var pictures = outcome.pictures
                for link in outcome.links.prefix(request.count) { pictures.append(try await fetch(link)) }
                return ImageResult(images: pictures, seeds: [])
            case .refused(let failure):
                guard self.dialect.withLock({ $0 != dialect || $0.learn(from: failure) }) else { throw error(failure, call) }
            }
        }
    }

    private func call(_ request: ImageRequest, _ dialect: OpenAIImageDialect) throws -> ServerCall {
        let fields = OpenAIImageWire.fields(request, model: model, parameters: parameters, dialect: dialect)
        let limits = ServerCall.Limits(
            firstByte: Self.patience, idle: Self.patience, bytes: PaintedPictures.answerLimit(count: request.count))
        guard let image = request.initialImage else {
            return try .post(OpenAIImageWire.path(request), json: JSONValue.object(fields), limits: limits, personal: [request.prompt])
        }
        let form = OpenAIImageWire.form(fields, image: image.bytes)
        return form.call(
            OpenAIImageWire.path(request), id: NamedUUID.text("\(request.workID ?? "")/\(request.seed)"), limits: limits,
            personal: [request.prompt])
    }

    private func exchange(
        _ call: ServerCall, _ request: ImageRequest, _ progress: @escaping @Sendable (ImageProgress) -> Void
    ) async throws -> ServerClient.Streamed<OpenAIImageReader> {
        try await client.stream(call, into: OpenAIImageReader(partials: 2, limit: call.limits.bytes)) { reader, piece in
            for now in try reader.feed(piece.readableBytesView) { progress(now) }
            return .more
        }
    }

    /// Errors of OpenAI's own are worth another attempt, though not at once.
    private func error(_ failure: ServerFailure, _ call: ServerCall) -> ModelError {
        var error = client.error(failure, call)
        if failure.status == 500, error.code == .failed { error.code = .unavailable }
        return error
    }

    private func fetch(_ text: String) async throws -> [UInt8] {
        let link: PictureLink
        do throws(PictureLink.Refused) {
            link = try PictureLink(text, from: address, allowedHosts: allowedHosts)
        } catch {
            throw ModelError(.invalidResponse, model: client.model, details: "\(address) sent a link instead of a picture: \(error)")
        }
        let call = ServerCall.get(link.path, limits: .init(firstByte: .seconds(60), bytes: PaintedPictures.answerLimit(count: 1)))
        if link.isOwn { return try await client.moved(to: link.origin).success(call).body }
        guard await !PrivateAddress.isBehind(link.host) else {
            throw ModelError(.invalidResponse, model: client.model, details: "\(address) sent a link into a private network")
        }
        return try await client.stranger(at: link.origin).success(call).body
    }

    public func look() async throws -> String {
        let answer = try await client.answer(.get("/models"))
        // Some servers have no such list; that they answer is enough.
        guard answer.isSuccess || answer.status == 404 || answer.status == 405 else {
            throw client.failure(answer, .get("/models"))
        }
        return "OpenAI's images API, model \(model)"
    }
}
