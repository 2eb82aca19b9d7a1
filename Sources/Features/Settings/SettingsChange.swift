import DiscordModels
import Inference
import Support

/// One change of a guild's painting settings, as it was typed. Pure: checked when it is read, then applied to whatever the
/// settings are by then.
enum SettingsChange: Sendable, Hashable {
    case usual(model: String?, size: String?, count: Int?)
    case limits(pictures: Int?, waiting: Int?)
    case everywhere(PaintingSettings.Showing)
    case channel(UInt64, PaintingSettings.Showing?)
    case role(PaintingSettings.RoleRule)
    case addStyle(PaintingStyle)
    case removeStyle(String)
    case addWord(BlockedWord)
    case removeWord(String)

    /// - Parameter path: the names of group and sub-command.
    init(_ path: [String], _ options: [InteractionOption], cards: [ImageModelCard]) throws(Refusal) {
        func value(_ name: String) -> JSONValue? { options.first { $0.name == name }?.value }
        func text(_ name: String, _ limit: Int) -> String? {
            value(name)?.string.map { DisplayText.shortened(DisplayText.oneLine($0), limit: limit) }.flatMap { $0.isEmpty ? nil : $0 }
        }
        func number(_ name: String, _ range: ClosedRange<Int>) throws(Refusal) -> Int? {
            guard let value = value(name) else { return nil }
            guard let number = value.integer, range.contains(Int(clamping: number)) else {
                throw Refusal("`\(name)` must be a whole number from \(range.lowerBound) to \(range.upperBound).")
            }
            return Int(number)
        }
        func needed<Value>(_ value: Value?, _ name: String) throws(Refusal) -> Value {
            guard let value else { throw Refusal("`\(name)` is missing.") }
            return value
        }
        func id(_ name: String) -> UInt64? { value(name)?.string.flatMap { UInt64($0) } }
        let showing = value("showing")?.string.flatMap { PaintingSettings.Showing(rawValue: $0) }
        switch path {
        case ["usual"]:
            let (model, size) = (text("model", 100), text("size", 20))
            if let model { _ = try OrderMaker(cards: cards, settings: .init()).card(model) }
            if let size { _ = try GenerateCommand.size(size) }
            self = .usual(model: model, size: size, count: try number("count", GenerateCommand.counts))
        case ["limits"]: self = .limits(pictures: try number("pictures", 1...9), waiting: try number("waiting", 1...100))
        case ["everywhere"]: self = .everywhere(try needed(showing, "showing"))
        case ["channel"]: self = .channel(try needed(id("channel"), "channel"), showing)
        case ["role"]:
            self = .role(.init(role: try needed(id("role"), "role"), weight: try number("share", 1...10_000), showing: showing))
        case ["style", "add"]:
            self = .addStyle(
                PaintingStyle(
                    name: try needed(text("name", 40), "name"), words: try needed(text("words", 300), "words"),
                    negative: text("negative", 300)
                ))
        case ["style", "remove"]: self = .removeStyle(try needed(text("name", 40), "name"))
        case ["word", "add"]:
            let word = try needed(text("word", 60), "word")
            guard !PaintingPolicy.tokens(word).isEmpty else { throw Refusal("There is no letter and no digit in that word.") }
            self = .addWord(
                BlockedWord(
                    word: word, reason: text("reason", 200),
                    action: value("action")?.string.flatMap { BlockedWord.Action(rawValue: $0) } ?? .refuse))
        case ["word", "remove"]: self = .removeWord(try needed(text("word", 60), "word"))
        default: throw Refusal(RoutingText.unknownCommand)
        }
    }

    /// - Returns: what was done, in a few words for the record.
    func apply(to settings: inout PaintingSettings) throws(Refusal) -> String {
        switch self {
        case .usual(let model, let size, let count):
            (settings.model, settings.size, settings.count) = (model, size, count)
            return "changed what is usual"
        case .limits(let pictures, let waiting):
            (settings.maximumCount, settings.waitingPerPerson) = (pictures, waiting)
            return "changed the limits"
        case .everywhere(let showing):
            settings.showing = showing
            return "changed how pictures are shown everywhere"
        case .channel(let channel, let showing):
            settings.channels.removeAll { $0.channel == channel }
            if let showing { settings.channels.append(.init(channel: channel, showing: showing)) }
            try Self.bound(settings.channels.count, PaintingSettings.maximumRules, "channels")
            return "changed how pictures are shown in <#\(channel)>"
        case .role(let rule):
            settings.roles.removeAll { $0.role == rule.role }
            if rule.weight != nil || rule.showing != nil { settings.roles.append(rule) }
            try Self.bound(settings.roles.count, PaintingSettings.maximumRules, "roles")
            return "changed what holds for <@&\(rule.role)>"
        case .addStyle(let style):
            settings.styles.removeAll { $0.name.lowercased() == style.name.lowercased() }
            settings.styles.append(style)
            try Self.bound(settings.styles.count, PaintingSettings.maximumStyles, "styles")
            return "set the style \(style.name)"
        case .removeStyle(let name):
            guard settings.styles.contains(where: { $0.name.lowercased() == name.lowercased() }) else {
                throw Refusal("There is no style called \(DisplayText.escaped(name, limit: 40)).")
            }
            settings.styles.removeAll { $0.name.lowercased() == name.lowercased() }
            return "removed the style \(name)"
        case .addWord(let word):
            let tokens = PaintingPolicy.tokens(word.word)
            settings.words.removeAll { PaintingPolicy.tokens($0.word) == tokens }
            settings.words.append(word)
            try Self.bound(settings.words.count, PaintingSettings.maximumWords, "words")
            return "set a word"
        case .removeWord(let word):
            let tokens = PaintingPolicy.tokens(word)
            guard settings.words.contains(where: { PaintingPolicy.tokens($0.word) == tokens }) else {
                throw Refusal("That word is not on the list.")
            }
            settings.words.removeAll { PaintingPolicy.tokens($0.word) == tokens }
            return "removed a word"
        }
    }

    private static func bound(_ count: Int, _ limit: Int, _ what: String) throws(Refusal) {
        if count > limit { throw Refusal("There may be at most \(limit) \(what). Remove one first.") }
    }
}
