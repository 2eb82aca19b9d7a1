import Inference

/// How a clone's line is made: how many tries, how they are written, which one is taken.
public enum VoicePreset: String, Sendable, Hashable, Codable, CaseIterable {
    /// A few tries; the one that sounds most like the person and has most to do with the message.
    case natural
    /// BotConvo's recipe: five tries at a temperature of 0.6 to 0.8, the longest wins.
    case botConvo = "botconvo"

    var tries: Int { self == .botConvo ? 5 : 3 }

    /// - Parameter draw: 0..<1.
    func options(draw: () -> Double, seed: UInt64) -> TextOptions {
        switch self {
        case .botConvo:
            TextOptions(maxTokens: 30 + Int(draw() * 71), temperature: 0.6 + 0.2 * draw(), stop: ["<|endoftext|>"], seed: seed)
        case .natural:
            TextOptions(maxTokens: 120, temperature: 0.9, topP: 0.95, repetitionPenalty: 1.1, stop: ["\n\n", "<|endoftext|>"], seed: seed)
        }
    }

    /// The same for what was learnt: it sounds like the person by itself, and strays where it is pressed for variety.
    func adaptedOptions(draw: () -> Double, seed: UInt64) -> TextOptions {
        switch self {
        case .botConvo: options(draw: draw, seed: seed)
        case .natural: TextOptions(maxTokens: 120, temperature: 0.8, topP: 0.92, stop: ["\n\n", "<|endoftext|>"], seed: seed)
        }
    }

    /// The best of some lines; nil of none.
    ///
    /// - Parameters:
    ///   - message: what is answered.
    ///   - before: what the same clone said lately: not again.
    func choose(_ lines: [String], style: StyleIndex, message: String?, before: [String]) -> String? {
        let fresh = lines.filter { line in !before.contains { StyleWords.of($0) == StyleWords.of(line) } }
        let candidates = fresh.isEmpty ? [] : fresh
        switch self {
        case .botConvo: return candidates.max { $0.count < $1.count }
        case .natural:
            func worth(_ line: String) -> Double {
                style.likeness(of: line) + 0.5 * (message.map { style.relevance(of: line, to: $0) } ?? 0)
                    - (message.map { StyleWords.of($0) == StyleWords.of(line) } == true ? 1 : 0)
            }
            return candidates.max { worth($0) < worth($1) }
        }
    }
}
