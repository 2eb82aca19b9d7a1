import RepeatableChance
import Support
import Testing

@testable import Features

/// Numbers that come in a row, again from the start.
final class Draws {
    private var values: [Double]
    private var index = 0
    init(_ values: Double...) { self.values = values }
    func next() -> Double {
        defer { index += 1 }
        return values[index % values.count]
    }
}

@Suite("A conversation of clones")
struct CloneStageTests {
    static let start = Timestamp(millisecondsSinceEpoch: 1_750_000_000_000)

    static func stage(_ names: [String] = ["Ada", "Bob", "Cleo"], topic: String? = nil) -> CloneStage {
        let cast = names.enumerated().map {
            CloneStage.Member(clone: Int64($0.offset + 1), person: UInt64($0.offset + 1), name: $0.element)
        }
        return CloneStage(cast: cast, startedBy: 1, topic: topic, lasting: .seconds(1_800), at: start)
    }

    /// Lets it run for a time; every turn is said after a second.
    static func run(_ stage: inout CloneStage, seconds: Int64, from begin: Int64 = 0, draws: Draws) -> [CloneStage.Order] {
        var orders: [CloneStage.Order] = []
        for second in begin..<(begin + seconds) {
            let now = start + .seconds(second)
            guard case .ask(let order) = stage.tick(at: now, requestID: RequestID(UInt64(second + 1)), draw: draws.next) else { continue }
            orders.append(order)
            stage.said("line \(orders.count)", for: order.requestID, at: now + .seconds(1), draw: draws.next)
        }
        return orders
    }

    @Test func `nobody speaks twice in a row, and everybody speaks`() {
        var stage = Self.stage()
        let orders = Self.run(&stage, seconds: 170, draws: Draws(0.1, 0.9, 0.5, 0.3, 0.7))
        #expect(orders.count > 15)
        #expect(zip(orders, orders.dropFirst()).allSatisfy { $0.clone != $1.clone })
        #expect(Set(orders.map(\.clone)) == [1, 2, 3])
    }

    @Test func `three to seven seconds lie between two lines`() {
        var stage = Self.stage()
        let orders = Self.run(&stage, seconds: 300, draws: Draws(0, 0.99, 0.5))
        let pauses = zip(orders, orders.dropFirst()).map { ($1.orderedAt - $0.orderedAt).inSeconds - 1 }
        #expect(pauses.allSatisfy { (3...8).contains($0) })
    }

    @Test func `seven in ten answer the line before, the others begin something new`() {
        var stage = Self.stage()
        var generator = SplitMix64(seed: 7)
        stage.rules.mostTurns = 1_000
        var sources: [CloneStage.Source: Int] = [:]
        for turn in 0..<1_000 {
            let now = Self.start + .seconds(Int64(turn))
            stage.endsAt = now + .seconds(60)
            stage.humanAt = now
            stage.nextAt = now
            guard case .ask(let order) = stage.tick(at: now, requestID: RequestID(UInt64(turn)), draw: { generator.nextUnit() }) else {
                continue
            }
            sources[order.source, default: 0] += 1
            stage.said("word \(turn)", for: order.requestID, at: now, draw: { 0 })
        }
        #expect((650...750).contains(sources[.clone] ?? 0))
        #expect((sources[.clone] ?? 0) + (sources[.nothing] ?? 0) == 1_000)
    }

    @Test func `a human is answered once, by whom they name`() {
        var stage = Self.stage()
        _ = Self.run(&stage, seconds: 20, draws: Draws(0.2))
        stage.hear("Zoe", "what do you think, cleo?", at: Self.start + .seconds(21))
        let orders = Self.run(&stage, seconds: 30, from: 22, draws: Draws(0.2))
        #expect(orders.first?.clone == 3 && orders.first?.source == .human && orders.first?.prompt?.text == "what do you think, cleo?")
        #expect(orders.dropFirst().allSatisfy { $0.source != .human })
    }

    @Test func `who does not want to be heard is not`() {
        var stage = Self.stage()
        stage.rules.listens = false
        stage.hear("Zoe", "a secret", at: Self.start + .seconds(1))
        #expect(stage.heard == nil && stage.lines.isEmpty && stage.humanAt == Self.start + .seconds(1))
    }

    @Test func `a topic is spoken of once`() {
        var stage = Self.stage(topic: "tea")
        let orders = Self.run(&stage, seconds: 30, draws: Draws(0.2))
        #expect(orders.map { $0.source == .topic } == [true] + Array(repeating: false, count: orders.count - 1))
        #expect(orders.first?.prompt?.text == "tea")
    }

    @Test func `it ends by its number of lines, by its time, and when nobody listens`() {
        var stage = Self.stage()
        stage.rules.mostTurns = 5
        #expect(Self.run(&stage, seconds: 300, draws: Draws(0.5)).count == 5)
        #expect(stage.ending == .turns && stage.lines.isEmpty && stage.dueAt == nil)
        stage = Self.stage()
        #expect(stage.tick(at: stage.endsAt, requestID: RequestID(1), draw: { 0 }) == .end(.time))
        stage = Self.stage()
        #expect(stage.tick(at: Self.start + stage.rules.patience, requestID: RequestID(1), draw: { 0 }) == .end(.silence))
        #expect(stage.tick(at: Self.start + .seconds(9_999), requestID: RequestID(1), draw: { 0 }) == .wait)
    }

    @Test func `turns that fail end it, and one that works starts counting anew`() {
        var stage = Self.stage()
        var ended: CloneStage.Step = .wait
        for second in stride(from: Int64(0), to: 60, by: 10) {
            guard case .ask(let order) = stage.tick(at: Self.start + .seconds(second), requestID: RequestID(UInt64(second)), draw: { 0 })
            else { break }
            if second == 20 {
                stage.said("works", for: order.requestID, at: Self.start + .seconds(second), draw: { 0 })
            } else {
                ended = stage.fail(order.requestID, at: Self.start + .seconds(second), draw: { 0 })
            }
        }
        #expect(ended == .end(.failures) && stage.failures == 3)
    }

    @Test func `a turn that never comes back is given up`() {
        var stage = Self.stage()
        guard case .ask = stage.tick(at: Self.start, requestID: RequestID(1), draw: { 0 }) else { return #expect(Bool(false)) }
        #expect(stage.tick(at: Self.start + .seconds(100), requestID: RequestID(2), draw: { 0 }) == .wait)
        #expect(stage.dueAt == Self.start + stage.rules.turnPatience)
        #expect(stage.tick(at: Self.start + stage.rules.turnPatience, requestID: RequestID(2), draw: { 0 }) == .wait)
        #expect(stage.order == nil && stage.failures == 1)
    }

    @Test func `the same event twice does no more than once`() {
        var stage = Self.stage()
        guard case .ask(let order) = stage.tick(at: Self.start, requestID: RequestID(1), draw: { 0 }) else { return #expect(Bool(false)) }
        stage.said("once", for: order.requestID, at: Self.start, draw: { 0 })
        let after = stage
        stage.said("once", for: order.requestID, at: Self.start, draw: { 0 })
        #expect(stage.fail(order.requestID, at: Self.start, draw: { 0 }) == .wait)
        stage.hear("Zoe", "hi", at: Self.start)
        let heard = stage
        stage.hear("Zoe", "hi", at: Self.start)
        #expect(stage == heard && after.turns == 1 && stage.turns == 1)
    }

    @Test func `somebody who takes their word back is out at once, with all that was said`() {
        var stage = Self.stage(["Ada", "Bob"])
        _ = Self.run(&stage, seconds: 10, draws: Draws(0.1))
        stage.remove(1)
        #expect(stage.cast.map(\.clone) == [2] && stage.lines.allSatisfy { $0.clone != 1 } && stage.isRunning)
        stage.remove(2)
        #expect(stage.status == .ended && stage.ending == .cast)
    }

    @Test func `one clone alone waits for a human`() {
        var stage = Self.stage(["Ada"])
        #expect(Self.run(&stage, seconds: 60, draws: Draws(0.1)).isEmpty)
        stage.hear("Zoe", "hello", at: Self.start + .seconds(61))
        #expect(Self.run(&stage, seconds: 60, from: 62, draws: Draws(0.1)).count == 1)
    }

    @Test func `paused is silent until it goes on`() {
        var stage = Self.stage()
        stage.pause()
        #expect(Self.run(&stage, seconds: 30, draws: Draws(0.1)).isEmpty && stage.dueAt == nil)
        stage.goOn(at: Self.start + .seconds(30))
        #expect(!Self.run(&stage, seconds: 30, from: 30, draws: Draws(0.1)).isEmpty)
    }

    @Test func `links and fragments are no topics, the fullest sentence is`() {
        #expect(TopicPicker.pick(from: "ok. the green kettle exploded again! lol") == "the green kettle exploded again")
        #expect(TopicPicker.pick(from: "https://example.com/a") == nil)
        #expect(TopicPicker.pick(from: "to. isn't. of") == nil)
    }
}
