import Inference
import Synchronization

/// A dalle-playground server, of any age. Finds out by itself which dialect it speaks, and remembers.
///
/// Its API knows nothing but a text and a count, answers when all is done, and gives no reason for an error: of several pictures
/// at once, memory is taken to be the reason, so that fewer are tried.
public final class DallePlaygroundServer: ImageServer {
    public let lanes = 1
    public var address: ServerAddress { client.address }
    private let client: ServerClient
    /// The dialect that it was last seen to speak.
    private let path = Mutex<DallePlaygroundWire.Path?>(nil)

    /// For all pictures of one request.
    private static let patience = Duration.seconds(900)

    public init(client: ServerClient) { self.client = client }

    /// It is told nothing but the prompt.
    public static var abilities: ImageModelCard.Abilities {
        var abilities = ImageModelCard.Abilities()
        abilities.seeds = false
        return abilities
    }

    public func paint(_ request: ImageRequest, progress: @escaping @Sendable (ImageProgress) -> Void) async throws -> ImageResult {
        let (call, answer) = try await ask(request)
        guard answer.isSuccess else { throw failure(answer, call, count: request.count) }
        guard let pictures = DallePlaygroundWire.pictures(answer.body) else { throw client.nonsense(call, "no pictures") }
        return ImageResult(images: pictures, seeds: [])
    }

    /// Asks in the dialect that is known, and in the other one where there is no such path.
    private func ask(_ request: ImageRequest) async throws -> (ServerCall, ServerAnswer) {
        let known = path.withLock { $0 } ?? .generate
        let other: DallePlaygroundWire.Path = known == .generate ? .dalle : .generate
        for path in [known, other] {
            var call = try ServerCall.post(
                path.rawValue, json: DallePlaygroundWire.Request(text: request.prompt, num_images: request.count),
                limits: .init(firstByte: Self.patience, bytes: PaintedPictures.answerLimit(count: request.count)),
                personal: [request.prompt])
            // Tunnels that many of these servers are behind show a page to browsers unless told not to.
            call.headers.append(("Bypass-Tunnel-Reminder", "go"))
            let answer = try await client.answer(call)
            // Answered or failed, it is there; what is not there is 404, or 405 where a page of that name is.
            if answer.status != 404, answer.status != 405 {
                self.path.withLock { $0 = path }
                return (call, answer)
            }
        }
        throw ModelError(
            .failed, model: client.model,
            details: "\(address) has neither /generate nor /dalle; is it a dalle-playground server, and url the address of its backend?")
    }

    private func failure(_ answer: ServerAnswer, _ call: ServerCall, count: Int) -> ModelError {
        guard answer.status == 500, count > 1 else { return client.failure(answer, call) }
        return ModelError(
            .outOfMemory, model: client.model, details: "\(address) failed at \(count) pictures at once, most likely for lack of memory")
    }

    public func look() async throws -> String {
        let health: DallePlaygroundWire.Health = try await client.json(.get("/"))
        guard health.success else {
            throw ModelError(.unavailable, model: client.model, details: "\(address) says that it is not ready")
        }
        for path in DallePlaygroundWire.Path.allCases where try await client.answer(.get(path.rawValue)).status == 405 {
            self.path.withLock { $0 = path }
            return "dalle-playground, asked at \(path.rawValue)"
        }
        return "dalle-playground"
    }
}
