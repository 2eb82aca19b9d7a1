import DiscordModels

/// Reads a slash command that was typed as text, as `!generate a cat --count 2`. Pure.
///
/// Gives what Discord would have made of the same command, checked by the same bounds, so that behind it everything is the same.
/// What stands free goes to the required options in order, the last of them takes the rest; others are named: `--count 2`,
/// `--count=2`, `--style "oil on canvas"`, `--reset`. Behind a bare `--` everything stands free. Files are taken in their order.
struct TextCommandParser: Sendable {
    /// Longer texts are no commands, in UTF-8 bytes.
    static let longest = 16_000

    enum Reading: Sendable, Hashable {
        case command(InteractionData)
        /// It is a command of ours, and cannot be done as it stands: why, in a sentence for the person.
        case mistake(String)
    }

    private let commands: [String: NewApplicationCommand]

    /// - Parameter commands: only slash commands are read, not those of menus.
    init(_ commands: [NewApplicationCommand]) {
        self.commands = Dictionary(commands.filter { $0.kind == .chatInput }.map { ($0.name, $0) }) { first, _ in first }
    }

    /// The command that a text may call, whatever the prefix: looked at before anybody is asked for the prefix.
    ///
    /// - Returns: its name and what stands before it.
    func candidate(_ text: some StringProtocol) -> (name: String, prefix: String)? {
        guard text.utf8.count <= Self.longest, let word = text.split(maxSplits: 1, whereSeparator: \.isWhitespace).first else { return nil }
        // A prefix may stand apart, as in "troupe, generate"; those have no space in them.
        for length in 1...max(1, min(TextCommands.prefixLimit, word.count)) where length < word.count {
            let name = word.dropFirst(length).lowercased()
            if commands[name] != nil { return (name, String(word.prefix(length))) }
        }
        return nil
    }

    func definition(_ name: String) -> NewApplicationCommand? { commands[name] }

    /// - Returns: nil for what is no command of ours.
    func read(_ text: String, prefix: String, attachments: [Attachment] = [], mentions: [User] = []) -> Reading? {
        let text = text.drop(while: \.isWhitespace)
        guard let (name, found) = candidate(text), found == prefix, let command = commands[name] else { return nil }
        var words = TextCommandWords(text.dropFirst(prefix.count + name.count))
        var path = [name]
        var options = command.options
        // Down to the sub-command.
        var groups: [InteractionOption] = []
        while let kind = options.first?.kind, kind == .subcommand || kind == .subcommandGroup {
            let names = options.map(\.name)
            guard let word = words.nextFree()?.lowercased(), let chosen = options.first(where: { $0.name == word }) else {
                return .mistake("Say which: \(names.map { "`\(prefix)\((path + [$0]).joined(separator: " "))`" }.joined(separator: ", ")).")
            }
            path.append(chosen.name)
            groups.append(InteractionOption(name: chosen.name, kind: chosen.kind))
            options = chosen.options ?? []
        }
        var filler = TextOptionFiller(
            usage: Self.usage(prefix + path.joined(separator: " "), options), options: options, files: attachments, mentions: mentions)
        let filled: [InteractionOption]
        do { filled = try filler.fill(&words) } catch { return .mistake(error.userMessage) }
        let nested = groups.reversed().reduce(filled) { inner, group in
            [InteractionOption(name: group.name, kind: group.kind, options: inner)]
        }
        return .command(InteractionData(name: name, commandKind: .chatInput, options: nested, resolved: filler.resolved))
    }

    /// As `!generate PROMPT [--count COUNT]`.
    static func usage(_ command: String, _ options: [CommandOption]) -> String {
        let parts = options.map { option in
            switch (option.isRequired == true, option.kind) {
            case (true, .attachment): "+ a file"
            case (false, .attachment): "[+ a file]"
            case (true, _): option.name.uppercased()
            case (false, .boolean): "[--\(option.name)]"
            case (false, _): "[--\(option.name) …]"
            }
        }
        return DisplayText.shortened(([command] + parts).joined(separator: " "), limit: 600)
    }
}

/// The words of a text command, one after the other: free text with its spaces as typed, and named values.
struct TextCommandWords: Sendable {
    private var rest: Substring
    /// Behind a bare `--`.
    private var isAllFree = false

    init(_ text: Substring) { rest = text }

    enum Word: Sendable, Hashable {
        case free(String)
        /// `--name`, with a value where one is joined on with `=`.
        case name(String, String?)
    }

    private mutating func skipSpace() { rest = rest.drop(while: \.isWhitespace) }

    /// The next word, if it is none that names an option.
    mutating func nextFree() -> String? {
        skipSpace()
        guard !rest.isEmpty, Self.name(in: rest) == nil else { return nil }
        return value()
    }

    /// The next word, or what is in quotation marks.
    mutating func value() -> String? {
        skipSpace()
        guard let first = rest.first else { return nil }
        if let closing = Self.quotes[first], let end = rest.dropFirst().firstIndex(of: closing) {
            let text = String(rest[rest.index(after: rest.startIndex)..<end])
            rest = rest[rest.index(after: end)...]
            return text
        }
        let word = rest.prefix { !$0.isWhitespace }
        rest = rest[word.endIndex...]
        return String(word)
    }

    mutating func next() -> Word? {
        let before = rest
        skipSpace()
        guard !rest.isEmpty else { return nil }
        if !isAllFree, let (name, length) = Self.name(in: rest) {
            rest = rest.dropFirst(length)
            if name.isEmpty {
                isAllFree = true
                return next()
            }
            guard rest.first == "=" else { return .name(name, nil) }
            rest.removeFirst()
            return .name(name, rest.first?.isWhitespace ?? true ? "" : value() ?? "")
        }
        let word = rest.prefix { !$0.isWhitespace }
        rest = rest[word.endIndex...]
        // With the space before it, so that lines stay lines.
        return .free(String(before[..<word.endIndex]))
    }

    /// Whether the next word could be a switch's value.
    func upcoming() -> String { rest.drop(while: \.isWhitespace).prefix { !$0.isWhitespace }.lowercased() }

    private static let quotes: [Character: Character] = ["\"": "\"", "“": "”", "„": "“", "«": "»"]

    /// The option that a text begins by naming, and how many characters that takes. Telephones make one dash of two.
    private static func name(in text: Substring) -> (String, Int)? {
        guard let dash = ["--", "—", "–"].first(where: { text.hasPrefix($0) }) else { return nil }
        let name = text.dropFirst(dash.count).prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
        let after = text.dropFirst(dash.count + name.count).first
        guard after == nil || after == "=" || after?.isWhitespace == true else { return nil }
        // A dash between words is punctuation; only two of them end the options.
        guard !name.isEmpty || dash == "--" && after != "=" else { return nil }
        return (name.lowercased().replacing("-", with: "_"), dash.count + name.count)
    }
}
