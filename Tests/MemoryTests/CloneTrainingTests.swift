import Memory
import PostgresTestServer
import Support
import Testing

@Suite struct `How a clone's training goes` {
    @Test(arguments: TestEngine.allCases) func `is kept while its person allows it, the latest of each, and erased with the word`(
        _ engine: TestEngine
    ) async throws {
        let bench = try Bench(engine)
        let clones = CloneStore(bench.database)
        func allow(_ mayTrain: Bool) async throws -> Clone {
            try #require(
                try await clones.allow(ada, in: home, name: "Ada", words: "Yes", by: .person, mayTrain: mayTrain, at: bench.at(0)))
        }
        var training = CloneTraining(of: 40, startedAt: bench.at(1), seenAt: bench.at(2))
        training.curve.looked(4, step: 0)
        training.curve.learned(3.5, step: 1)
        #expect(try await clones.note(training, of: try await allow(false).id) == false)
        let clone = try await allow(true)
        #expect(try await clones.note(training, of: clone.id))
        training.curve.learned(3, step: 2)
        training.steps = 2
        training.ending = "finished"
        #expect(try await clones.note(training, of: clone.id))
        #expect(try await clones.training(of: clone.id) == training)
        let all = try await clones.trainings(limit: 5)
        #expect(all.map(\.name) == ["Ada"] && all.map(\.training) == [training])
        _ = try await allow(false)
        #expect(try await clones.trainings(limit: 5).isEmpty)
        #expect(try await clones.note(training, of: try await allow(true).id))
        _ = try await clones.erase(ada, at: bench.at(4))
        #expect(try await clones.trainings(limit: 5).isEmpty)
    }
}

@Suite struct `The losses of a training` {
    private func curve(_ steps: Int) -> LossCurve {
        var curve = LossCurve()
        for step in 1...steps { curve.learned(Double(step), step: step) }
        return curve
    }

    @Test func `stand step by step while there is room`() {
        let curve = curve(LossCurve.most)
        #expect(curve.span == 1 && curve.learnt.map(\.step) == Array(1...LossCurve.most))
        #expect(curve.learnt.last?.loss == Double(LossCurve.most))
    }

    @Test(arguments: [121, 500, 12_345]) func `are joined where there are more, and keep their course`(_ steps: Int) throws {
        let curve = curve(steps)
        #expect(curve.learnt.count <= LossCurve.most && curve.learnt.count > LossCurve.most / 2 - 1)
        #expect(curve.learnt.last?.step == steps)
        for point in curve.learnt.dropLast() {
            // The mean of the steps up to it.
            #expect(abs(point.loss - (Double(point.step) - Double(curve.span - 1) / 2)) < 1e-9)
        }
    }

    @Test func `of what is held out keep the first and the latest`() {
        var curve = LossCurve()
        for step in 0...1_000 { curve.looked(Double(-step), step: step) }
        #expect(curve.heldOut.count <= LossCurve.most && curve.heldOut.first?.step == 0)
        #expect(curve.heldOut.last?.step == 1_000)
        curve.looked(.nan, step: 1_001)
        #expect(curve.heldOut.last?.step == 1_000)
    }

    @Test func `go on from a checkpoint as if nothing had been between`() {
        var curve = curve(30)
        curve.looked(5, step: 20)
        curve.looked(4, step: 30)
        curve.cut(to: 20)
        #expect(curve.learnt.map(\.step) == Array(1...20) && curve.heldOut.map(\.step) == [20])
        curve.learned(21, step: 21)
        #expect(curve.learnt.last?.step == 21 && curve.learnt.last?.loss == 21)
        curve.cut(to: 0)
        #expect(curve.learnt.isEmpty && curve.heldOut.isEmpty)
    }
}
