import Discord
import DiscordModels
import RepeatableChance
import Support
import Testing

@testable import Features

@Suite struct `A command that is typed as text` {
    private let parser = TextCommandParser([
        NewApplicationCommand(
            name: "generate", description: "d",
            options: [
                CommandOption(kind: .string, name: "prompt", description: "d", isRequired: true, minimumLength: 1, maximumLength: 100),
                CommandOption(kind: .integer, name: "count", description: "d", minimumValue: 1, maximumValue: 9),
                CommandOption(
                    kind: .string, name: "style", description: "d",
                    choices: [
                        CommandChoice(name: "Oil on canvas", value: .string("oil")),
                        CommandChoice(name: "Pencil", value: .string("pencil")),
                    ]),
                CommandOption(kind: .number, name: "guidance", description: "d", minimumValue: 0, maximumValue: 20),
                CommandOption(kind: .boolean, name: "reset", description: "d"),
                CommandOption(kind: .attachment, name: "image", description: "d"),
            ]),
        NewApplicationCommand(
            name: "credits", description: "d",
            options: [
                CommandOption(
                    kind: .subcommand, name: "give", description: "d",
                    options: [
                        CommandOption(kind: .user, name: "to", description: "d", isRequired: true),
                        CommandOption(kind: .integer, name: "amount", description: "d", isRequired: true),
                        CommandOption(kind: .string, name: "note", description: "d"),
                    ]),
                CommandOption(kind: .subcommand, name: "show", description: "d"),
            ]),
        NewApplicationCommand(
            name: "model", description: "d", options: [CommandOption(kind: .string, name: "name", description: "d")]),
        NewApplicationCommand(name: "optin", description: "d"),
        NewApplicationCommand(kind: .message, name: "menu", description: ""),
    ])

    /// The command with its options, as `generate prompt="a cat" count=2`.
    private func read(_ text: String, prefix: String = "!", files: [DiscordModels.Attachment] = []) -> String? {
        switch parser.read(text, prefix: prefix, attachments: files) {
        case .command(let data): ([data.name ?? "?"] + (data.options ?? []).map(show)).joined(separator: " ")
        case .mistake(let sentence): "? \(sentence)"
        case nil: nil
        }
    }

    private func show(_ option: InteractionOption) -> String {
        if let inner = option.options { return ([option.name] + inner.map(show)).joined(separator: " ") }
        return switch option.value {
        case .string(let text): "\(option.name)=\"\(text)\""
        case .integer(let number): "\(option.name)=\(number)"
        case .number(let number): "\(option.name)=\(number)"
        case .bool(let value): "\(option.name)=\(value)"
        default: "\(option.name)"
        }
    }

    @Test(arguments: [
        ("!generate a cat --count 2", #"generate prompt="a cat" count=2"#),
        ("!generate --count 2 a cat", #"generate prompt="a cat" count=2"#),
        ("!generate a --count=2 cat", #"generate prompt="a cat" count=2"#),
        ("!GENERATE a cat", #"generate prompt="a cat""#),
        ("!generate a \"big\" cat", #"generate prompt="a "big" cat""#),
        ("!generate a cat\non two lines", "generate prompt=\"a cat\non two lines\""),
        ("!generate a cat — in oil", #"generate prompt="a cat — in oil""#),
        ("!generate a cat —count 3", #"generate prompt="a cat" count=3"#),
        ("!generate a cat --style oil", #"generate prompt="a cat" style="oil""#),
        ("!generate a cat --style \"oil on canvas\" --guidance 7.5", #"generate prompt="a cat" style="oil" guidance=7.5"#),
        ("!generate a cat --style “Oil on canvas”", #"generate prompt="a cat" style="oil""#),
        ("!generate a cat --reset", #"generate prompt="a cat" reset=true"#),
        ("!generate --reset a cat", #"generate prompt="a cat" reset=true"#),
        ("!generate a cat --reset off", #"generate prompt="a cat" reset=false"#),
        ("!generate -- --count 2", #"generate prompt="--count 2""#),
        ("!generate --prompt \"a cat\"", #"generate prompt="a cat""#),
        ("!credits give <@5> 7", #"credits give to="5" amount=7"#),
        ("!credits give 5 7 --note \"for cake\"", #"credits give to="5" amount=7 note="for cake""#),
        ("!credits show", "credits show"),
        ("!model", "model"),
        ("!model tiny", #"model name="tiny""#),
        ("!optin", "optin"),
    ]) func `becomes what Discord would make of it`(_ text: String, _ command: String) { #expect(read(text) == command) }

    @Test(arguments: [
        ("!generate", "prompt is missing. As: `!generate PROMPT [--count …] [--style …] [--guidance …] [--reset] [+ a file]`"),
        ("!generate a cat --count", "--count needs a value."),
        ("!generate a cat --count two", "count is a whole number."),
        ("!generate a cat --count 10", "count is 1 to 9."),
        ("!generate a cat --count 2 --count 3", "--count stands there twice."),
        ("!generate a cat --size 3", "There is no option \\-\\-size."),
        ("!generate a cat --style water", "style is one of: oil, pencil."),
        ("!generate a cat --guidance nan", "guidance is a number."),
        ("!generate \(String(repeating: "a", count: 101))", "prompt has 1 to 100 characters, and this has 101."),
        ("!credits", "Say which: `!credits give`, `!credits show`."),
        ("!credits take 5", "Say which: `!credits give`, `!credits show`."),
        ("!credits give", "to is missing."),
        ("!credits give <@5> 7 cake", "I do not know what cake means."),
        ("!credits give somebody 7", "to is a mention, as @name or #channel."),
        ("!optin please", "I do not know what please means."),
    ]) func `is answered with what is wrong`(_ text: String, _ sentence: String) throws {
        let answer = try #require(read(text))
        #expect(answer.hasPrefix("? \(sentence)"), "\(answer)")
    }

    @Test(arguments: [
        "generate a cat", "! generate a cat", "!!generate", "!generated", "?generate a cat", "say !generate", "!menu", "!", "",
    ])
    func `is none where nobody means it`(_ text: String) { #expect(read(text) == nil) }

    @Test func `has whatever prefix people chose`() {
        #expect(read("t!generate a cat", prefix: "t!") == #"generate prompt="a cat""#)
        #expect(read("t!generate a cat", prefix: "!") == nil)
    }

    @Test func `takes files in their order`() throws {
        let file = DiscordModels.Attachment(id: AttachmentID(9), filename: "cat.png", size: 3, url: "u", proxyURL: "u")
        let reading = parser.read("!generate a cat", prefix: "!", attachments: [file])
        guard case .command(let data) = reading else { return #expect(Bool(false), "\(String(describing: reading))") }
        #expect(data.options?.last?.value == .string("9") && data.resolved?.attachments?[AttachmentID(9)] == file)
    }

    @Test func `never stops the reader, whatever is typed`() {
        let random = seeded(7)
        let pieces = ["!generate", "!credits", " ", "--", "—", "=", "\"", "“", "give", "count", "2", "\n", "<@", "💥", "\u{0}", "--reset"]
        for _ in 0..<20_000 {
            let text = (0..<Int(random() % 12)).map { _ in pieces[Int(random() % UInt64(pieces.count))] }.joined()
            if case .command(let data)? = parser.read(text, prefix: "!"), data.name == "generate" {
                #expect(data.options?.contains { $0.name == "prompt" } == true, "\(text)")
            }
        }
    }

    @Test(
        arguments: [
            ("!sync", nil, false, OwnerCommands.Extent.here), ("!sync everywhere", nil, false, .everywhere),
            ("?sync nowhere", "?", false, .nowhere),
            ("<@7> sync", nil, true, .here), ("<@7> sync here", nil, true, .here), ("sync", nil, false, nil), ("?sync", nil, false, nil),
            ("!sync the clocks", nil, false, nil), ("!sync sometimes", nil, false, nil),
        ] as [(String, String?, Bool, OwnerCommands.Extent?)])
    func `that the owner says is one of three`(_ text: String, _ prefix: String?, _ mentions: Bool, _ extent: OwnerCommands.Extent?) {
        #expect(OwnerCommands.read(text, prefix: prefix, mentions: mentions) == extent)
    }

    @Test func `is refused to those who may not`() {
        let id = GuildID(1)
        let guild = GuildFacts(
            Guild(
                id: id, name: "g", ownerID: UserID(5),
                roles: [
                    Role(id: RoleID(1), name: "everyone", permissions: .sendMessages),
                    Role(id: RoleID(2), name: "keeper", permissions: .manageGuild),
                ]))
        #expect(guild.permissions(of: UserID(5), with: [], in: id).contains(.manageGuild))
        #expect(guild.permissions(of: UserID(6), with: [RoleID(2)], in: id) == [.sendMessages, .manageGuild])
        #expect(guild.permissions(of: UserID(6), with: [], in: id) == .sendMessages)
    }
}
