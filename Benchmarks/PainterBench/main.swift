// Times Neural on a checkpoint: `PainterBench FOLDER [COUNT] [THREADS] [ROUNDS] [stored|8bit]` prints one line of JSON a round.
// painter_vs_pytorch.py runs it in turn with the PyTorch peer.
import Foundation
import Neural

let arguments = CommandLine.arguments
func number(_ index: Int, default fallback: Int) -> Int { arguments.count > index ? Int(arguments[index]) ?? fallback : fallback }
guard arguments.count > 1 else {
    print("usage: PainterBench FOLDER [COUNT] [THREADS] [ROUNDS] [stored|8bit]")
    exit(64)
}
let (count, threads, rounds) = (number(2, default: 4), number(3, default: 2), number(4, default: 3))

let precision = arguments.count > 5 ? WeightPrecision(rawValue: arguments[5]) ?? .stored : .stored

let clock = ContinuousClock()
var model: DalleMini?
let loading = try clock.measure { model = try DalleMini.load(folder: arguments[1], threads: threads, precision: precision) }
guard let model else { exit(1) }
for round in 0..<rounds {
    let start = clock.now
    var tokensDone = start
    _ = try model.generate(prompt: "two red circles above a blue square", count: count, seed: UInt64(round)) { progress in
        if progress.completed == progress.total - count { tokensDone = clock.now }
    }
    let end = clock.now
    let line: [String: Double] = [
        "seconds": (end - start) / .seconds(1), "tokens_seconds": (tokensDone - start) / .seconds(1),
        "pixels_seconds": (end - tokensDone) / .seconds(1), "load_seconds": loading / .seconds(1),
    ]
    print(String(decoding: try JSONSerialization.data(withJSONObject: line, options: .sortedKeys), as: UTF8.self))
}
