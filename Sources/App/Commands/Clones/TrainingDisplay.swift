import Foundation
import Support
import Synchronization

/// What the person at the terminal sees of a training: a plot of the losses that is redrawn, with a bar below; away from a terminal a
/// line for each look at what is held out.
final class TrainingDisplay: Sendable {
    private struct Drawn {
        var lines = 0
        /// Tenths of a second since the beginning.
        var tick = -1
    }

    private let drawn = Mutex(Drawn())
    private let began = ContinuousClock.now

    func show(_ step: TrainingReport.Step) {
        guard let columns = Terminal.columns else {
            if step.isLook { Terminal.note("step \(step.steps) of \(step.of): \(step.words)") }
            return
        }
        // Ten times a second is enough to see it move.
        let tick = Int((ContinuousClock.now - began) / .milliseconds(100))
        drawn.withLock { drawn in
            guard step.isLook || tick != drawn.tick else { return }
            let plot = columns < 50 ? [] : LossPlot(width: min(columns - 10, 70)).lines(step.curve, of: step.of)
            Terminal.progress("learning \(step.words)", fraction: step.fraction, below: plot, before: drawn.lines)
            drawn = Drawn(lines: plot.count, tick: tick)
        }
    }
}
