// Times Neural on a Flamingo: `FlamingoBench FOLDER [THREADS] [EXAMPLES] [TOKENS] [BEAMS]` prints a line of JSON with the seconds of a
// question whose task nobody has asked by before, and of questions about other pictures by the same task. flamingo_vs_pytorch.py runs it
// in turn with the public code.
import Foundation
import Neural

let arguments = CommandLine.arguments
func number(_ index: Int, default fallback: Int) -> Int { arguments.count > index ? Int(arguments[index]) ?? fallback : fallback }
guard arguments.count > 1 else {
    print("usage: FlamingoBench FOLDER [THREADS] [EXAMPLES] [TOKENS] [BEAMS]")
    exit(64)
}
let (threads, examples) = (number(2, default: 2), number(3, default: 4))
let (tokens, beams) = (number(4, default: 20), number(5, default: 3))

let model = try FlamingoModel(folder: arguments[1], threads: threads)
let clock = ContinuousClock()

func picture(_ seed: Int) -> [UInt8] {
    (0..<(model.side * model.side * 3)).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761 &+ seed &* 97) >> 7) }
}

/// The processor's time so far, all threads together.
func processorTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

func ask(_ seed: Int) throws -> (seconds: Double, processor: Double) {
    let (start, before) = (clock.now, processorTime())
    let chunk = "<image>What is this? Three red squares.<|endofchunk|>"
    let prompt = String(repeating: chunk, count: examples) + "<image>What is this?"
    var options = FlamingoOptions()
    (options.maxTokens, options.beams) = (tokens, beams)
    let answer = try model.write(prompt, pictures: (0..<examples).map(picture) + [picture(1_000 + seed)], options: options)
    guard answer.writtenTokens == tokens else { fatalError("it wrote \(answer.writtenTokens) tokens and not \(tokens)") }
    return ((clock.now - start) / .seconds(1), processorTime() - before)
}

let first = try ask(0)
let others = try (1...3).map { try ask($0) }.sorted { $0.seconds < $1.seconds }
print(
    String(
        format: #"{"first": %.3f, "first_processor": %.3f, "again": %.3f, "again_processor": %.3f}"#, first.seconds, first.processor,
        others[1].seconds, others[1].processor))
