/// What the owners of a guild decided about painting. Everything nil or empty: as everywhere.
///
/// Kept as JSON by Memory; read tolerantly, so that an older or newer Troupe reads what it knows.
struct PaintingSettings: Sendable, Hashable, Codable {
    static let feature = "painting"
    static let maximumStyles = 25
    static let maximumWords = 200
    static let maximumRules = 100

    /// The model, size and number where nobody says otherwise.
    var model: String?
    var size: String?
    var count: Int?
    /// Ways of painting that people may pick by name.
    var styles: [PaintingStyle] = []
    var words: [BlockedWord] = []
    /// How pictures are shown where no channel or role says otherwise.
    var showing: Showing?
    var channels: [ChannelRule] = []
    var roles: [RoleRule] = []
    /// Pictures that one request may have.
    var maximumCount: Int?
    /// Requests of one person that may wait at a time.
    var waitingPerPerson: Int?

    init() {}

    /// How many pictures a request has where nobody says otherwise.
    var usualCount: Int {
        let usual = count ?? GenerateCommand.defaultCount
        return max(1, min(usual, maximumCount ?? usual, GenerateCommand.counts.upperBound))
    }

    /// How pictures are shown in a place, or to whom they are painted.
    enum Showing: String, Sendable, Hashable, Codable, CaseIterable {
        case plain
        /// Behind a cover that one has to click.
        case spoiler
        /// Nothing is painted.
        case off

        /// Of two, the one that lets more be seen.
        func lenient(_ other: Showing) -> Showing {
            let order = Self.allCases
            return (order.firstIndex(of: self) ?? 0) <= (order.firstIndex(of: other) ?? 0) ? self : other
        }
    }

    struct ChannelRule: Sendable, Hashable, Codable {
        var channel: UInt64
        var showing: Showing
    }

    struct RoleRule: Sendable, Hashable, Codable {
        var role: UInt64
        /// The share of its members in per cent of everybody's: at 200 they are served twice as often.
        var weight: Int?
        /// Goes before what holds in the channel.
        var showing: Showing?
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func list<Element: Decodable>(_ key: CodingKeys) -> [Element] {
            ((try? container.decodeIfPresent([Tolerant<Element>].self, forKey: key)) ?? []).compactMap(\.value)
        }
        model = try? container.decodeIfPresent(String.self, forKey: .model)
        size = try? container.decodeIfPresent(String.self, forKey: .size)
        count = try? container.decodeIfPresent(Int.self, forKey: .count)
        styles = list(.styles)
        words = list(.words)
        showing = try? container.decodeIfPresent(Showing.self, forKey: .showing)
        channels = list(.channels)
        roles = list(.roles)
        maximumCount = try? container.decodeIfPresent(Int.self, forKey: .maximumCount)
        waitingPerPerson = try? container.decodeIfPresent(Int.self, forKey: .waitingPerPerson)
    }

    /// An entry that this version may not know.
    private struct Tolerant<Value: Decodable>: Decodable {
        let value: Value?
        init(from decoder: any Decoder) throws { value = try? Value(from: decoder) }
    }
}

/// A way of painting: words around the prompt, and words against.
struct PaintingStyle: Sendable, Hashable, Codable {
    /// Where the prompt goes; without it the words come after the prompt.
    static let placeholder = "{prompt}"

    var name: String
    var words: String
    var negative: String?

    func applied(to prompt: String) -> String {
        words.contains(Self.placeholder) ? words.replacing(Self.placeholder, with: prompt) : "\(prompt), \(words)"
    }
}

/// A word that a guild does not want in prompts, and what happens where it is.
struct BlockedWord: Sendable, Hashable, Codable {
    enum Action: String, Sendable, Hashable, Codable, CaseIterable {
        case refuse
        /// Refused outside of age-restricted channels.
        case ageRestricted = "age_restricted"
        /// Painted, and shown behind a cover.
        case spoiler
    }

    /// One word or several, as typed.
    var word: String
    /// What the person is told; nil: only that the word is not wanted here.
    var reason: String?
    var action: Action
}
