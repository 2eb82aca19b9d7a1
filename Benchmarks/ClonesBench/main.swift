// Times Neural on clones: `ClonesBench train BASE [THREADS] [STEPS] [RANK]` prints a line of JSON with the tokens per second of learning
// an adapter; `ClonesBench speak BASE [THREADS] [CLONES] [TOKENS]` with those of one clone and of several in one batch; `ClonesBench hold
// BASE [THREADS] [CLONES] [RANK]` with the time to take up another clone and the memory of many. clones_vs_peft.py runs it in turn with
// PyTorch.
import Foundation
import Neural

let arguments = CommandLine.arguments
func number(_ index: Int, default fallback: Int) -> Int { arguments.count > index ? Int(arguments[index]) ?? fallback : fallback }
guard arguments.count > 2, ["train", "speak", "hold"].contains(arguments[1]) else {
    print(
        "usage: ClonesBench train BASE [THREADS] [STEPS] [RANK] | speak BASE [THREADS] [CLONES] [TOKENS] | hold BASE [THREADS] [CLONES] [RANK]"
    )
    exit(64)
}
let (base, threads) = (arguments[2], number(3, default: 2))
let clock = ContinuousClock()
let place = FileManager.default.temporaryDirectory.appending(path: "clones-bench-\(UUID().uuidString)")
defer { try? FileManager.default.removeItem(at: place) }

/// Eight texts of 64 positions a step, as clones_vs_peft.py has them.
func training(steps: Int, rank: Int) throws -> TrainingRun {
    let texts = (0..<32).map { text in
        let tokens: [Int32] = (0...64).map { place in Int32((place * 7 + text * 13 + 5) % 200) }
        return TrainingText(tokens)
    }
    let settings = TrainingSettings(
        adapter: LoRASettings(rank: rank, alpha: 16), steps: steps, batch: 8, longestText: 64, heldOut: 0, evaluateEvery: steps,
        saveEvery: steps)
    return try TrainingRun(base: base, settings, texts: { _ in texts }, folder: place.path, threads: threads)
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
    _ = try training(steps: number(4, default: 8), rank: number(5, default: 8)).run { now in
        guard case .learned = now.news else { return (last, lastSpent) = (clock.now, processorTime()) }
        seconds.append((clock.now - last) / .seconds(1))
        spent.append(processorTime() - lastSpent)
        (last, lastSpent) = (clock.now, processorTime())
    }
    line["tokens_per_processor_second"] = 512 / median(Array(spent.dropFirst()))
    line["tokens_per_second"] = 512 / median(Array(seconds.dropFirst()))
    line["best_tokens_per_second"] = 512 / (seconds.dropFirst().min() ?? 1)
} else if arguments[1] == "speak" {
    _ = try training(steps: 1, rank: 8).run()
    let model = try BaseModel.load(path: base, threads: threads)
    let (clones, tokens) = (number(4, default: 8), number(5, default: 32))
    let adapters = try (0..<clones).map { _ in try LoRAAdapter(path: place.path, for: model) }
    func speak(_ count: Int, adapted: Bool = true) throws -> Double {
        let voices = (0..<count).map { clone in
            BaseVoice(
                beginning: "aaaa \(clone)", options: WritingOptions(maxTokens: tokens, temperature: 1, seed: UInt64(clone)),
                adapter: adapted ? adapters[clone] : nil)
        }
        let start = clock.now
        _ = try model.write(voices)
        return Double(count * tokens) / ((clock.now - start) / .seconds(1))
    }
    _ = try speak(clones)
    line["base_\(clones)"] = median(try (0..<3).map { _ in try speak(clones, adapted: false) })
    line["one_clone"] = median(try (0..<3).map { _ in try speak(1) })
    line["clones_\(clones)"] = median(try (0..<3).map { _ in try speak(clones) })
} else {
    let (clones, rank) = (number(4, default: 1_000), number(5, default: 8))
    _ = try training(steps: 1, rank: rank).run()
    let names = ["adapter_config.json", "adapter_model.safetensors"]
    let files = try names.map { Array(try Data(contentsOf: place.appending(path: $0))) }
    line["megabytes_of_files"] = Double(clones * (files[0].count + files[1].count)) / 1e6
    let model = try BaseModel.load(path: base, threads: threads)
    /// All say one token, so that every number of every adapter is read.
    func speak(_ adapters: [LoRAAdapter]) throws {
        for first in stride(from: 0, to: adapters.count, by: 50) {
            _ = try model.write(
                adapters[first..<min(first + 50, adapters.count)].map {
                    BaseVoice(beginning: "a", options: WritingOptions(maxTokens: 1, temperature: 1, seed: 1), adapter: $0)
                })
        }
    }
    /// Takes up all of them, and says what that took.
    func take(_ way: String, _ one: (Int) throws -> LoRAAdapter) throws {
        let before = (own: memory("RssAnon"), mapped: memory("RssFile"))
        func note(_ when: String) {
            line["\(way)_own_megabytes_\(when)"] = memory("RssAnon") - before.own
            line["\(way)_mapped_megabytes_\(when)"] = memory("RssFile") - before.mapped
        }
        var adapters: [LoRAAdapter] = []
        var taking: [Double] = []
        for clone in 0..<clones {
            let start = clock.now
            adapters.append(try one(clone))
            taking.append((clock.now - start) / .milliseconds(1))
        }
        line["\(way)_take_up_ms"] = median(taking)
        line["\(way)_take_up_ms_of_slowest_hundredth"] = taking.sorted()[clones * 99 / 100]
        note("taken_up")
        try speak(adapters)
        note("spoken")
    }
    _ = try model.write([BaseVoice(beginning: "a", options: WritingOptions(maxTokens: 1, temperature: 1, seed: 1))])
    // From PEFT's folders, each with files of its own, as whoever serves from files does.
    let folders = (0..<clones).map { place.appending(path: "clone-\($0)") }
    for folder in folders {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        for (name, bytes) in zip(names, files) { try Data(bytes).write(to: folder.appending(path: name)) }
    }
    try take("files") { try LoRAAdapter(path: folders[$0].path, for: model) }
    // Out of a database: a shelf of 1 GB.
    let shelf = AdapterShelf()
    var taking: [Double] = []
    let before = memory("RssAnon")
    for clone in 0..<clones {
        // As a database gives them: fresh bytes.
        let fresh = files.map { file in Array(unsafeUninitializedCapacity: file.count) { $1 = $0.initialize(fromContentsOf: file) } }
        let start = clock.now
        _ = try shelf.put("\(clone)", settings: fresh[0], weights: fresh[1], for: model)
        taking.append((clock.now - start) / .milliseconds(1))
    }
    line["shelf_take_up_ms"] = median(taking)
    line["shelf_megabytes"] = Double(shelf.bytes) / 1e6
    line["shelf_own_megabytes"] = memory("RssAnon") - before
    let start = clock.now
    for _ in 0..<1_000 { _ = shelf.adapter("\(clones - 1)") }
    line["shelf_at_hand_us"] = (clock.now - start) / .milliseconds(1)
}
print(String(decoding: try JSONSerialization.data(withJSONObject: line, options: .sortedKeys), as: UTF8.self))
