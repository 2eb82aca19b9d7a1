import Inference
import Synchronization
import Testing

@testable import Features

@Suite struct `Painting within little memory` {
    private let request = ImageRequest(prompt: "circle", count: 9, seed: 40)

    @Test func `what fits is painted at once`() async throws {
        let model = PlainPainter()
        let result = try await PatientPainter(model: model).paint(request) { _ in }
        #expect(model.requests.map(\.count) == [9])
        #expect(result.seeds == Array(40...48))
    }

    @Test func `out of memory, it asks for fewer at a time and puts the parts together`() async throws {
        let model = PlainPainter(.init(roomFor: 3))
        let result = try await PatientPainter(model: model).paint(request) { _ in }
        #expect(model.requests.map(\.count) == [9, 4, 2, 2, 2, 2, 1])
        #expect(result.seeds == Array(40...48))
        #expect(try result.images == (40...48).map { try PlainPainter.picture(seed: $0) })
    }

    @Test func `only when one picture is too much does it give up`() async throws {
        let model = PlainPainter(.init(roomFor: 0))
        await #expect(throws: ModelError(.outOfMemory, model: "plain", details: "no room")) {
            try await PatientPainter(model: model).paint(request) { _ in }
        }
        #expect(model.requests.last?.count == 1)
    }

    @Test func `progress counts all parts and ends at one`() async throws {
        let seen = Mutex<[Double]>([])
        _ = try await PatientPainter(model: PlainPainter(card: 2)).paint(request) { step in seen.withLock { $0.append(step.fraction) } }
        let fractions = seen.withLock { $0 }
        #expect(fractions.count == 10)
        #expect(fractions == fractions.sorted() && fractions.last == 1)
    }
}
