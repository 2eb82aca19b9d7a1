// Times Neural on a language model: `WriterBench MODEL [THREADS] [CONVERSATIONS] [PROMPT] [TOKENS]` prints a line of JSON with
// tokens per second of reading a prompt and of writing, for all conversations together. writer_vs_llamacpp.py runs it in turn
// with llama.cpp.
import Foundation
import Neural

let arguments = CommandLine.arguments
func number(_ index: Int, default fallback: Int) -> Int { arguments.count > index ? Int(arguments[index]) ?? fallback : fallback }
guard arguments.count > 1 else {
    print("usage: WriterBench MODEL [THREADS] [CONVERSATIONS] [PROMPT] [TOKENS]")
    exit(64)
}
let (threads, conversations) = (number(2, default: 2), number(3, default: 1))
let (promptTokens, tokens) = (number(4, default: 512), number(5, default: 48))

let clock = ContinuousClock()
let started = clock.now
let writer = TextWriter(try LanguageModel.load(path: arguments[1], threads: threads, contextTokens: 2048))
let loading = (clock.now - started) / .seconds(1)

/// Writes so many tokens after prompts that nobody read before; seconds until all are done, and tokens written.
func write(_ count: Int, after length: Int, round: Int) async -> (seconds: Double, written: Int) {
    let start = clock.now
    let written = await withTaskGroup(of: Int.self) { group in
        for index in 0..<conversations {
            let prompt = (0..<length).map { Int32(($0 * 7 + index * 13 + round * 101 + 5) % 300 + 3) }
            group.addTask {
                var options = WritingOptions(maxTokens: count, temperature: 1, seed: UInt64(index))
                options.topK = 40
                for await event in writer.write(prompt, options) {
                    if case .finished(let finish) = event { return finish.writtenTokens }
                }
                return 0
            }
        }
        return await group.reduce(0, +)
    }
    return ((clock.now - start) / .seconds(1), written)
}

func median(_ numbers: [Double]) -> Double { numbers.sorted()[numbers.count / 2] }

_ = await write(4, after: 16, round: 0)
var (reading, writing): ([Double], [Double]) = ([], [])
for round in 1...3 {
    let one = await write(1, after: promptTokens, round: round)
    reading.append(Double(promptTokens * conversations) / one.seconds)
    let short = await write(1, after: 16, round: round + 10)
    let long = await write(tokens, after: 16, round: round + 20)
    writing.append(Double(long.written - short.written) / (long.seconds - short.seconds))
}
let line: [String: Double] = ["prefill": median(reading), "decode": median(writing), "load_seconds": loading]
print(String(decoding: try JSONSerialization.data(withJSONObject: line, options: .sortedKeys), as: UTF8.self))
