import DiscordModels
import Foundation
import Support

/// Who asks where: what a guild's rules look at.
struct AskingPlace: Sendable, Hashable {
    var guild: UInt64?
    /// The channel and, of a thread, the one that it hangs on.
    var channels: [UInt64] = []
    var isAgeRestricted = false
    var roles: Set<UInt64> = []

    init() {}

    init(_ interaction: Interaction) {
        guild = interaction.guildID?.rawValue
        channels = [interaction.channelID, interaction.channel?.parentID].compactMap { $0?.rawValue }
        isAgeRestricted = interaction.channel?.isAgeRestricted ?? false
        roles = Set(interaction.member?.roles.map(\.rawValue) ?? [])
    }
}

/// What a guild's settings say about one request. Pure.
struct PaintingPolicy: Sendable {
    let settings: PaintingSettings
    let place: AskingPlace

    /// What is allowed, and how it is shown.
    struct Ruling: Sendable, Hashable {
        var isSpoiler: Bool
    }

    func rule(prompt: String, count: Int) throws(Refusal) -> Ruling {
        let showing = showing
        guard showing != .off else { throw Refusal("Nothing is painted in this channel. Try another one.") }
        if let most = settings.maximumCount, count > most {
            throw Refusal("At most \(most) \(most == 1 ? "picture" : "pictures") a request here. Ask for fewer.")
        }
        var ruling = Ruling(isSpoiler: showing == .spoiler)
        let tokens = Self.tokens(prompt)
        for blocked in settings.words where Self.contains(tokens, Self.tokens(blocked.word)) {
            switch blocked.action {
            case .spoiler: ruling.isSpoiler = true
            case .ageRestricted where place.isAgeRestricted: break
            case .ageRestricted: throw refusal(blocked, where: "outside of age-restricted channels")
            case .refuse: throw refusal(blocked, where: "on this server")
            }
        }
        return ruling
    }

    private func refusal(_ blocked: BlockedWord, where place: String) -> Refusal {
        let reason = blocked.reason.map { " \(DisplayText.escaped($0, limit: 300))" } ?? ""
        return Refusal(
            "The word ||\(DisplayText.escaped(blocked.word, limit: 100))|| is not painted \(place).\(reason) Try other words.")
    }

    /// A role's rule goes before the channel's, and of several roles the most lenient; a channel's before the guild's.
    var showing: PaintingSettings.Showing {
        let ofRoles = settings.roles.filter { place.roles.contains($0.role) }.compactMap(\.showing)
        if let first = ofRoles.first { return ofRoles.dropFirst().reduce(first) { $0.lenient($1) } }
        for channel in place.channels {
            if let rule = settings.channels.first(where: { $0.channel == channel }) { return rule.showing }
        }
        return settings.showing ?? .plain
    }

    /// The largest share that one of the person's roles gives.
    var weight: Int {
        let weights = settings.roles.filter { place.roles.contains($0.role) }.compactMap(\.weight)
        return max(1, min(10_000, weights.max() ?? 100))
    }

    /// Words in lower case, without accents and other ornaments, full-width letters as plain ones.
    static func tokens(_ text: String) -> [String] {
        let folded = DisplayText.oneLine(text).folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
        return folded.split { !$0.isLetter && !$0.isNumber }.map(String.init)
    }

    /// Whether the words stand somewhere, one after the other.
    private static func contains(_ tokens: [String], _ words: [String]) -> Bool {
        guard !words.isEmpty, tokens.count >= words.count else { return false }
        return (0...(tokens.count - words.count)).contains { tokens[$0..<($0 + words.count)].elementsEqual(words) }
    }
}
