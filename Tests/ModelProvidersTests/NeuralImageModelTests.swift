import Foundation
import Inference
import Pictures
import Synchronization
import Testing

@testable import ModelProviders

@Suite struct `A checkpoint on disk as an image model` {
    /// A small checkpoint with random weights and the published architecture, kept with Neural's tests.
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("NeuralTests/Fixtures/painter-mixed").path

    private func model(folder: String = Self.folder, maximumCount: Int = 9) -> NeuralImageModel {
        NeuralImageModel(card: ImageModelCard(name: "tiny", summary: "Random", maximumCount: maximumCount), folder: folder, threads: 1)
    }

    @Test func `it paints PNGs, one for each seed`() async throws {
        let result = try await model().generate(ImageRequest(prompt: "a red circle", count: 3, seed: 5)) { _ in }
        #expect(result.seeds == [5, 6, 7])
        let pictures = try result.images.map { try Picture(decoding: $0) }
        #expect(pictures.allSatisfy { $0.width == 8 && $0.height == 8 })
    }

    @Test func `any picture of a request can be painted again alone`() async throws {
        let model = model()
        let all = try await model.generate(ImageRequest(prompt: "a red circle", count: 3, seed: 5)) { _ in }
        let alone = try await model.generate(ImageRequest(prompt: "a red circle", count: 1, seed: 7)) { _ in }
        #expect(alone.images[0] == all.images[2])
    }

    @Test func `progress grows to one`() async throws {
        let seen = Mutex<[Double]>([])
        _ = try await model().generate(ImageRequest(prompt: "x", count: 1, seed: 1)) { now in seen.withLock { $0.append(now.fraction) } }
        let fractions = seen.withLock { $0 }
        #expect(fractions.count > 2 && fractions == fractions.sorted() && fractions.last == 1)
    }

    @Test func `cancelling stops it between two steps`() async throws {
        let model = model()
        let (steps, step) = AsyncStream<Void>.makeStream()
        let held = DispatchSemaphore(value: 0)
        let task = Task {
            try await model.generate(ImageRequest(prompt: "x", count: 9, seed: 1)) { now in
                step.yield()
                if now.fraction < 0.5 { held.wait() }
            }
        }
        var iterator = steps.makeAsyncIterator()
        await iterator.next()
        task.cancel()
        for _ in 0..<1_000 { held.signal() }
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func `many may ask at the same time`() async throws {
        let model = model()
        let images = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<6 {
                group.addTask { try await model.generate(ImageRequest(prompt: "x", count: 1, seed: 9)) { _ in }.images[0] }
            }
            return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
        }
        #expect(images.count == 1)
    }

    @Test func `a missing checkpoint is named`() async throws {
        do {
            try await model(folder: "/nonexistent/checkpoint").warmUp()
            Issue.record("a folder that is not there was read")
        } catch let error as ModelError {
            #expect(error.code == .failed)
            #expect(error.details.contains("/nonexistent/checkpoint"))
            #expect(!error.userMessage.contains("/nonexistent"))
        }
    }

    @Test func `a count beyond the card is refused`() async throws {
        await #expect(throws: ModelError.self) {
            try await model(maximumCount: 4).generate(ImageRequest(prompt: "x", count: 5, seed: 1)) { _ in }
        }
    }
}
