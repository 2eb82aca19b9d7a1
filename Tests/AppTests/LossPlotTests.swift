import Memory
import Testing

@testable import App

@Suite struct `The plot of a training's losses` {
    private func curve(_ losses: [Double], heldOut: [Int: Double] = [:]) -> LossCurve {
        var curve = LossCurve()
        for (step, loss) in losses.enumerated() { curve.learned(loss, step: step + 1) }
        for (step, loss) in heldOut.sorted(by: { $0.key < $1.key }) { curve.looked(loss, step: step) }
        return curve
    }

    @Test func `has the scale at the left, the steps below and both losses`() {
        let lines = LossPlot(width: 10, height: 3).lines(curve([4, 3, 2, 1], heldOut: [0: 4, 4: 1.5]), of: 8)
        #expect(
            lines == [
                "   4.00 ┤◆⢣        ",
                "        │  ⠑⢄      ",
                "   1.00 ┤   ⠈◆     ",
                "        └0        8",
                "         ⠒ learnt 1.00   ◆ held out 1.50",
            ], "\(lines.joined(separator: "\n"))")
    }

    @Test(arguments: [(1, 1), (20, 4), (70, 12)]) func `is as large as is asked, whatever it shows`(_ width: Int, _ height: Int) {
        for losses in [[2.5], [3, 3, 3], (1...900).map { 5 / Double($0) }, [1e9, 1]] {
            let lines = LossPlot(width: width, height: height).lines(curve(losses), of: losses.count)
            #expect(lines.count == height + 2)
            #expect(lines.prefix(height).allSatisfy { $0.count == width + 9 })
        }
    }

    @Test func `is nothing before there is a loss`() {
        #expect(LossPlot().lines(LossCurve(), of: 10).isEmpty)
        #expect(LossPlot.spark(LossCurve()).isEmpty)
    }

    @Test func `in one line shows the course in a few columns`() {
        #expect(LossPlot.spark(curve([8, 7, 6, 5, 4, 3, 2, 1]), columns: 4) == "█▆▃▁")
        #expect(LossPlot.spark(curve([2, 2])) == "▁▁")
    }
}
