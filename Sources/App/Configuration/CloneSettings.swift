import Features
import Foundation
import PocketModels

/// The section `clones:` of troupe.yaml.
struct CloneSettings: Equatable, Sendable {
    /// The chat model that writes for clones; none: the first.
    var model: String?
    /// The folder of a GPT-2 or a LLaMA on which adapters are learnt and speak; the pocket base unless named.
    var base = PocketCheckpoint.cast.path
    /// Whether the invented cast is there; without a word on it, only in the emulator.
    var cast: Bool?
    var preset = VoicePreset.natural
    /// Words that no clone says.
    var blocked: [String] = []
    /// Lines of one conversation.
    var lines = 40
    /// Seconds after which a conversation ends that no human takes part in.
    var silence = 600
    /// Shortest and longest pause between two lines, in seconds.
    var pause = [3.0, 7.0]

    var configuration: ClonesFeature.Configuration {
        var configuration = ClonesFeature.Configuration()
        configuration.model = model
        configuration.preset = preset
        configuration.blocked = blocked
        configuration.mostTurns = lines
        configuration.silence = .seconds(silence)
        configuration.shortestPause = .milliseconds(Int64(pause[0] * 1_000))
        configuration.longestPause = .milliseconds(Int64(pause[1] * 1_000))
        return configuration
    }
}

extension CloneSettings: Decodable {
    enum CodingKeys: String, CodingKey, CaseIterable {
        case model, base, cast, preset, blocked, lines, silence, pause
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        model = try container.decodeIfPresent(String.self, forKey: .model)
        base = try container.decodeIfPresent(String.self, forKey: .base) ?? base
        cast = try container.decodeIfPresent(Bool.self, forKey: .cast)
        if let name = try container.decodeIfPresent(String.self, forKey: .preset) {
            guard let known = VoicePreset(rawValue: name) else {
                throw container.problem(.preset, "it must be \(VoicePreset.allCases.map(\.rawValue).joined(separator: " or "))")
            }
            preset = known
        }
        blocked = try container.decodeIfPresent([String].self, forKey: .blocked) ?? blocked
        lines = try container.decodeIfPresent(Int.self, forKey: .lines) ?? lines
        guard (1...200).contains(lines) else { throw container.problem(.lines, "it must be 1 to 200") }
        silence = try container.decodeIfPresent(Int.self, forKey: .silence) ?? silence
        guard (10...86_400).contains(silence) else { throw container.problem(.silence, "it must be 10 to 86400 seconds") }
        pause = try container.decodeIfPresent([Double].self, forKey: .pause) ?? pause
        guard pause.count == 2, pause[0] >= 0.1, pause[0] <= pause[1], pause[1] <= 600 else {
            throw container.problem(.pause, "it must be two numbers of seconds, as [3, 7]")
        }
    }
}
