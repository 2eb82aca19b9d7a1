import Inference
import Logging
import ModelProviders
import ServiceLifecycle
import Support

/// Asks every text model's server at the start what the model can do, however long it is away, and reads every checkpoint, so
/// that the cards are true and the first answer need not wait.
struct ModelWarmUp: Service {
    let models: TextModelCatalog
    let visionModels: VisionModelCatalog
    let clock: any WallClock
    let jitter: @Sendable () -> Double
    let logger: Logger

    func run() async throws {
        await withDiscardingTaskGroup { group in
            for case let model as ServerTextModel in models.models { group.addTask { await warmUp(model) } }
            for case let model as NeuralTextModel in models.models {
                group.addTask { await read(model.card.name) { try await model.warmUp() } }
            }
            for case let model as FlamingoVisionModel in visionModels.models {
                group.addTask { await read(model.card.name) { try await model.warmUp() } }
            }
        }
        try await gracefulShutdown()
    }

    /// A checkpoint that cannot be read now will not be read later either: it is told once.
    private func read(_ name: String, _ warmUp: () async throws -> Void) async {
        do { try await warmUp() } catch is CancellationError {} catch {
            let why = (error as? ModelError)?.details ?? "\(error)"
            logger.error("a model cannot be read", metadata: ["model": "\(name)", "error": "\(why)"])
        }
    }

    private func warmUp(_ model: ServerTextModel) async {
        var attempt = 0
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            do {
                return try await cancelWhenGracefulShutdown { try await model.warmUp() }
            } catch {
                attempt += 1
                let why = (error as? ModelError)?.details ?? "\(error)"
                logger.warning("a model's server does not answer yet", metadata: ["model": "\(model.card.name)", "error": "\(why)"])
                let pause = Backoff(base: .seconds(2), cap: .seconds(300)).delay(attempt: attempt, jitter: jitter())
                try? await cancelWhenGracefulShutdown { try await clock.sleep(for: pause) }
            }
        }
    }
}
