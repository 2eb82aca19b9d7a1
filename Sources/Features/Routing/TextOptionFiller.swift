import DiscordModels
import Support

/// Fills the options of one command from the words of a text. Pure; the other half of ``TextCommandParser``.
struct TextOptionFiller {
    /// Why the words cannot be taken.
    struct Mistake: UserFacingError, Hashable {
        let userMessage: String
    }

    let usage: String
    let options: [CommandOption]
    private var files: [Attachment]
    private let mentions: [User]
    private var values: [String: JSONValue] = [:]
    /// What the values name.
    private(set) var resolved: ResolvedData?

    init(usage: String, options: [CommandOption], files: [Attachment], mentions: [User]) {
        (self.usage, self.options, self.files, self.mentions) = (usage, options, files, mentions)
    }

    private func mistake(_ text: String) -> Mistake { Mistake(userMessage: "\(text) As: `\(usage.replacing("`", with: "'"))`") }

    /// - Returns: in the order of the definition, as Discord gives them.
    mutating func fill(_ words: inout TextCommandWords) throws(Mistake) -> [InteractionOption] {
        var free: [String] = []
        while let word = words.next() {
            switch word {
            case .free(let text): free.append(text)
            case .name(let name, let joined): try take(name, joined, &words)
            }
        }
        try takeFiles()
        try takeFree(free)
        if let missing = options.first(where: { $0.isRequired == true && values[$0.name] == nil }) {
            throw mistake(missing.kind == .attachment ? "A file is missing: \(missing.name)." : "\(missing.name) is missing.")
        }
        return options.compactMap { option in
            values[option.name].map { InteractionOption(name: option.name, kind: option.kind, value: $0) }
        }
    }

    private mutating func take(_ name: String, _ joined: String?, _ words: inout TextCommandWords) throws(Mistake) {
        guard let option = options.first(where: { $0.name == name && $0.kind != .attachment }) else {
            throw mistake("There is no option \(DisplayText.escaped("--\(name)", limit: 40)).")
        }
        guard values[name] == nil else { throw mistake("--\(name) stands there twice.") }
        if option.kind == .boolean {
            let text = joined ?? (Self.switches[words.upcoming()] != nil ? words.value() : nil)
            guard let value = text.map({ Self.switches[$0.lowercased()] }) ?? true else { throw mistake("--\(name) is on or off.") }
            values[name] = .bool(value)
            return
        }
        guard let text = joined ?? words.nextFree(), !text.isEmpty else { throw mistake("--\(name) needs a value.") }
        values[name] = try value(of: option, text)
    }

    private static let switches = [
        "true": true, "yes": true, "on": true, "1": true, "false": false, "no": false, "off": false, "0": false,
    ]

    /// Required options in their order, of which the last takes the rest; where none is required, the first of all.
    private mutating func takeFree(_ free: [String]) throws(Mistake) {
        var free = free
        var open = options.filter { $0.isRequired == true && $0.kind != .attachment && values[$0.name] == nil }
        if open.isEmpty, !free.isEmpty, !options.contains(where: { $0.isRequired == true }) {
            open = options.filter { $0.kind != .attachment && $0.kind != .boolean && values[$0.name] == nil }.prefix(1).map(\.self)
        }
        for (index, option) in open.enumerated() where !free.isEmpty {
            let isLast = index == open.count - 1
            let text = isLast && option.kind == .string ? free.joined() : free[0]
            free.removeFirst(isLast && option.kind == .string ? free.count : 1)
            values[option.name] = try value(of: option, text.trimmingSpace())
        }
        guard free.isEmpty else {
            throw mistake("I do not know what \(DisplayText.escaped(free.joined().trimmingSpace(), limit: 60)) means.")
        }
    }

    private mutating func takeFiles() throws(Mistake) {
        for option in options where option.kind == .attachment && !files.isEmpty {
            let file = files.removeFirst()
            values[option.name] = .string(file.id.description)
            var known = resolved ?? ResolvedData()
            known.attachments = (known.attachments ?? [:]).merging([file.id: file]) { $1 }
            resolved = known
        }
    }

    // MARK: Values

    private mutating func value(of option: CommandOption, _ text: String) throws(Mistake) -> JSONValue {
        if let choices = option.choices, !choices.isEmpty {
            let wanted = text.lowercased()
            guard let choice = choices.first(where: { $0.name.lowercased() == wanted || $0.value.text?.lowercased() == wanted }) else {
                let known = choices.prefix(25).compactMap(\.value.text).joined(separator: ", ")
                throw mistake("\(option.name) is one of: \(known).")
            }
            return choice.value
        }
        switch option.kind {
        case .string:
            let (shortest, longest) = (option.minimumLength ?? 0, option.maximumLength ?? 6_000)
            guard (shortest...max(shortest, longest)).contains(text.utf16.count) else {
                throw mistake("\(option.name) has \(shortest) to \(longest) characters, and this has \(text.utf16.count).")
            }
            return .string(text)
        case .integer:
            guard let number = Int64(text) else { throw mistake("\(option.name) is a whole number.") }
            try check(Double(number), option)
            return .integer(number)
        case .number:
            guard let number = Double(text), number.isFinite else { throw mistake("\(option.name) is a number.") }
            try check(number, option)
            return .number(number)
        case .boolean:
            guard let value = Self.switches[text.lowercased()] else { throw mistake("\(option.name) is on or off.") }
            return .bool(value)
        default: return .string(try id(text, option))
        }
    }

    private func check(_ number: Double, _ option: CommandOption) throws(Mistake) {
        let (least, most) = (option.minimumValue ?? -9e15, option.maximumValue ?? 9e15)
        guard number >= least, number <= most else { throw mistake("\(option.name) is \(Self.plain(least)) to \(Self.plain(most)).") }
    }

    private static func plain(_ number: Double) -> String { Int64(exactly: number).map { "\($0)" } ?? "\(number)" }

    /// Of `<@1>`, `<@!1>`, `<@&1>`, `<#1>` or `1`.
    private mutating func id(_ text: String, _ option: CommandOption) throws(Mistake) -> String {
        let digits = text.drop { "<@!&#".contains($0) }.prefix { $0.isASCII && $0.isNumber }
        guard let id = UInt64(digits), id > 0 else { throw mistake("\(option.name) is a mention, as @name or #channel.") }
        if let user = mentions.first(where: { $0.id.rawValue == id }) {
            var known = resolved ?? ResolvedData()
            known.users = (known.users ?? [:]).merging([user.id: user]) { $1 }
            resolved = known
        }
        return String(id)
    }
}

extension JSONValue {
    /// A choice's value as one types it.
    fileprivate var text: String? { string ?? integer.map { "\($0)" } ?? double.map { "\($0)" } }
}
