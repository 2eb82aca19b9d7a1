// Times Neural on clones: `ClonesBench train BASE [THREADS] [STEPS] [RANK]` prints a line of JSON with the tokens per second of learning
// an adapter; `ClonesBench speak BASE [THREADS] [CLONES] [TOKENS]` with those of one clone and of several in one batch, the time to take
// up another clone, and the memory of a thousand. clones_vs_peft.py runs it in turn with PyTorch.
import Foundation
import Neural

let arguments = CommandLine.arguments
func number(_ index: Int, default fallback: Int) -> Int { arguments.count > index ? Int(arguments[index]) ?? fallback : fallback }
guard arguments.count > 2, ["train", "speak"].contains(arguments[1]) else {
    print("usage: ClonesBench train BASE [THREADS] [STEPS] [RANK] | speak BASE [THREADS] [CLONES] [TOKENS]")
    exit(64)
}
let (base, threads) = (arguments[2], number(3, default: 2))
let clock = ContinuousClock()
let place = FileManager.default.temporaryDirectory.appending(path: "clones-bench-\(UUID().uuidString)")
defer { try? FileManager.default.removeItem(at: place) }

/// Eight texts of 64 positions a step, as clones_vs_peft.py has them.
func training(steps: Int, rank: Int) throws -> AdapterTraining {
    let texts = (0..<32).map { text in
        let tokens: [Int32] = (0...64).map { place in Int32((place * 7 + text * 13 + 5) % 200) }
        return TrainingText(tokens)
    }
    let settings = TrainingSettings(
        adapter: LoRASettings(rank: rank, alpha: 16), steps: steps, batch: 8, longestText: 64, heldOut: 0, evaluateEvery: steps,
        saveEvery: steps)
    return try AdapterTraining(base: base, settings, texts: { _ in texts }, folder: place.path, threads: threads)
}

/// Megabytes of this process that lie in memory: its own, or those of mapped files, which the system may drop.
func memory(_ kind: String) -> Double {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix(kind) }
    return (line?.split(whereSeparator: \.isWhitespace).dropLast().last.flatMap { Double($0) } ?? 0) / 1024
}

/// Seconds of processors' time of all threads: on a machine with other work, what says more than the clock.
func processorTime() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

func median(_ numbers: [Double]) -> Double { numbers.sorted()[numbers.count / 2] }

var line: [String: Double] = [:]
if arguments[1] == "train" {
    var (seconds, spent): ([Double], [Double]) = ([], [])
    var (last, lastSpent) = (clock.now, processorTime())
    _ = try training(steps: number(4, default: 8), rank: number(5, default: 8)).run { _ in
        seconds.append((clock.now - last) / .seconds(1))
        spent.append(processorTime() - lastSpent)
        (last, lastSpent) = (clock.now, processorTime())
    }
    line["tokens_per_processor_second"] = 512 / median(Array(spent.dropFirst()))
    line["tokens_per_second"] = 512 / median(Array(seconds.dropFirst()))
    line["best_tokens_per_second"] = 512 / (seconds.dropFirst().min() ?? 1)
} else {
    _ = try training(steps: 1, rank: 8).run()
    let files = try ["adapter_config.json", "adapter_model.safetensors"].map { Array(try Data(contentsOf: place.appending(path: $0))) }
    let model = try GPT2Model.load(path: base, threads: threads)
    let (clones, tokens) = (number(4, default: 8), number(5, default: 32))
    let shelf = AdapterShelf(places: 2_000)
    let alone = (own: memory("RssAnon"), mapped: memory("RssFile"))
    var taking: [Double] = []
    for clone in 0..<1_000 {
        let start = clock.now
        _ = try shelf.put("\(clone)", settings: files[0], weights: files[1], for: model)
        taking.append((clock.now - start) / .milliseconds(1))
    }
    line["take_up_ms"] = median(taking)
    func speak(_ count: Int, adapted: Bool = true) throws -> Double {
        let voices = (0..<count).map { clone in
            GPT2Voice(
                beginning: "aaaa \(clone)", options: WritingOptions(maxTokens: tokens, temperature: 1, seed: UInt64(clone)),
                adapter: adapted ? shelf.adapter("\(clone)") : nil)
        }
        let start = clock.now
        _ = try model.write(voices)
        return Double(count * tokens) / ((clock.now - start) / .seconds(1))
    }
    _ = try speak(clones)
    line["base_\(clones)"] = median(try (0..<3).map { _ in try speak(clones, adapted: false) })
    line["one_clone"] = median(try (0..<3).map { _ in try speak(1) })
    line["clones_\(clones)"] = median(try (0..<3).map { _ in try speak(clones) })
    line["megabytes_of_1000"] = memory("RssAnon") - alone.own
    line["mapped_megabytes_of_1000"] = memory("RssFile") - alone.mapped
}
print(String(decoding: try JSONSerialization.data(withJSONObject: line, options: .sortedKeys), as: UTF8.self))
