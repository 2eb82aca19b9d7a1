import Foundation
import Inference
import Support

/// Stable Diffusion WebUI (AUTOMATIC1111, Forge) or SD.Next, one request at a time.
///
/// Its answer comes when all is done; until then the server is asked how far the task of our id is. Only that task is ever
/// interrupted, and only its previews are shown: other people may work at the same server.
public final class WebUIServer: ImageServer {
    public let lanes = 1
    public var address: ServerAddress { client.address }
    private let client: ServerClient
    private let checkpoint: String?
    private let parameters: [String: JSONValue]

    private static let patience = Duration.seconds(1_800)
    private static let interval = Duration.milliseconds(500)
    private static let brief = ServerCall.Limits(firstByte: .seconds(5), idle: .seconds(5), bytes: 16 << 20)

    /// - Parameters:
    ///   - checkpoint: as the server names it; nil is whichever is loaded.
    ///   - parameters: go into every request, as the server's API names them.
    public init(client: ServerClient, checkpoint: String? = nil, parameters: [String: JSONValue] = [:]) {
        self.client = client
        self.checkpoint = checkpoint
        self.parameters = parameters
    }

    /// The wishes beside the prompt that it follows.
    public static var abilities: ImageModelCard.Abilities {
        var abilities = ImageModelCard.Abilities()
        abilities.negativePrompt = true
        abilities.sizes = ["512x512", "768x512", "512x768", "768x768", "1024x1024"].compactMap { ImageSize($0) }
        abilities.steps = 1...150
        abilities.guidance = 1...30
        abilities.initialImage = true
        return abilities
    }

    public func paint(_ request: ImageRequest, progress: @escaping @Sendable (ImageProgress) -> Void) async throws -> ImageResult {
        let call = try ServerCall.post(
            WebUIWire.path(request), json: WebUIWire.body(request, parameters: parameters, checkpoint: checkpoint),
            limits: .init(firstByte: Self.patience, bytes: PaintedPictures.answerLimit(count: request.count)),
            personal: [request.prompt, request.negativePrompt].compactMap { $0 })
        if let id = request.workID { try await stopOrphan(id) }
        let answer: ServerAnswer
        do {
            answer = try await self.answer(call, id: request.workID, progress)
        } catch let error as CancellationError {
            // This task may no longer wait for anything; what stops the server's work may, for a moment.
            if let id = request.workID { await Task { await interrupt(id) }.value }
            throw error
        }
        guard answer.isSuccess else { throw failure(answer, call) }
        guard let result = WebUIWire.result(answer.body, count: request.count) else { throw client.nonsense(call, "no pictures") }
        return result
    }

    private func failure(_ answer: ServerAnswer, _ call: ServerCall) -> ModelError {
        var error = client.failure(answer, call)
        if answer.status == 404 { error.details = "\(address) has no \(call.path); start it with --api" }
        return error
    }

    /// The answer, with the task followed until it comes.
    private func answer(
        _ call: ServerCall, id: String?, _ progress: @escaping @Sendable (ImageProgress) -> Void
    ) async throws -> ServerAnswer {
        try await withThrowingTaskGroup(of: ServerAnswer?.self) { group in
            group.addTask { try await self.client.answer(call) }
            group.addTask {
                await self.follow(id, progress)
                return nil
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let answer = result { return answer }
            }
            throw CancellationError()
        }
    }

    public func look() async throws -> String {
        let call = ServerCall.get("/sdapi/v1/options", limits: Self.brief)
        let answer = try await client.answer(call)
        guard answer.isSuccess else { throw failure(answer, call) }
        guard let options = try? JSONDecoder().decode(WebUIWire.Options.self, from: Data(answer.body)) else {
            throw client.nonsense(call, "no options; is it a Stable Diffusion WebUI?")
        }
        let isNext = try await client.answer(.get("/sdapi/v1/version", limits: Self.brief)).isSuccess
        return (isNext ? "SD.Next" : "Stable Diffusion WebUI") + (options.sd_model_checkpoint.map { ", checkpoint \($0)" } ?? "")
    }
}

// The task of our id.
extension WebUIServer {
    /// Tells how far it is, until cancelled.
    private func follow(_ id: String?, _ progress: @Sendable (ImageProgress) -> Void) async {
        var preview = -1
        var strange = id == nil ? 3 : 0
        while !Task.isCancelled {
            try? await client.clock.sleep(for: Self.interval)
            if let id, strange < 3 {
                guard let task = try? await self.task(id, knownPreview: preview) else {
                    strange += 1
                    continue
                }
                // An id that is never known: SD.Next, and servers without a page, take none.
                strange = task.isKnown ? 0 : strange + 1
                guard task.active, !Task.isCancelled else { continue }
                preview = task.id_live_preview ?? preview
                progress(ImageProgress(fraction: task.progress ?? 0, preview: task.live_preview.flatMap(PictureData.bytes)))
            } else if let all: WebUIWire.ServerProgress = try? await client.json(
                .get("/sdapi/v1/progress?skip_current_image=true", limits: Self.brief)), all.isOverAPI, !Task.isCancelled
            {
                progress(ImageProgress(fraction: all.progress))
            }
        }
    }

    private func task(_ id: String, knownPreview: Int = -1) async throws -> WebUIWire.TaskProgress {
        try await client.json(
            .post(
                "/internal/progress", json: WebUIWire.ProgressQuestion(id_task: id, id_live_preview: knownPreview), limits: Self.brief))
    }

    /// A process that died may have left this very work at the server: nobody waits for it any more, and it would hold us up.
    private func stopOrphan(_ id: String) async throws {
        guard let task = try? await task(id), task.active || task.queued else { return try Task.checkCancellation() }
        await interrupt(id)
    }

    /// Interrupts the task if it is this one that the server works at; waits a moment for it where it is about to begin, and
    /// until it has ended.
    private func interrupt(_ id: String) async {
        var isAsked = false
        for _ in 0..<20 {
            guard let task = try? await task(id), task.isKnown, !task.completed else { return }
            if task.active, !isAsked {
                isAsked = true
                _ = try? await client.answer(.post("/sdapi/v1/interrupt", json: JSONValue.object([:]), limits: Self.brief))
            }
            try? await client.clock.sleep(for: .milliseconds(100))
        }
    }
}
