import Credits
import DiscordModels
import Support
import Testing

@testable import Features

@Suite("/settings credits") struct CreditSettingsTests {
    private func option(_ name: String, _ value: JSONValue) -> InteractionOption { .init(name: name, kind: .string, value: value) }

    @Test func `each sub-command changes what it says and nothing else`() throws {
        var changes = CreditRuleChanges()
        func make(_ name: String, _ options: [InteractionOption]) throws -> String? {
            try CreditSettingsChange(name, options, guild: 5).apply(to: &changes)
        }
        #expect(try make("price", [option("model", .string("a")), option("credits", .integer(0))]) == "a: free")
        #expect(changes.prices == ["a": .zero])
        #expect(try make("limits", [option("server", .integer(9))]) == "each person: as configured; this server: 9 credits a day")
        #expect(changes.guildCaps == ["5": CreditAmount(9)] && changes.dailyUserCap == nil)
        #expect(try make("pool", [option("payer", .string("never"))]) == "pays: only the person")
        #expect(
            try make("allowance", [option("name", .string("art")), option("credits", .integer(3)), option("role", .string("7"))])
                == "allowance art: 3 credits each day for <@&7>")
        #expect(try make("show", []) == nil)
        #expect(try make("price", [option("model", .string("a"))]) == "a: its configured price")
        #expect(changes.prices.isEmpty && changes.allowances["art"]?.role == 7 && changes.poolRule == .never)
    }

    @Test(
        arguments: [
            ("price", [("credits", JSONValue.integer(1))]), ("price", [("model", .string("a")), ("credits", .integer(-1))]),
            ("price", [("model", .string("a")), ("credits", .integer(1_000_000_001))]), ("pool", []),
            ("pool", [("payer", .string("nobody"))]), ("pool", [("add", .integer(0))]),
            ("allowance", [("name", .string("a b")), ("credits", .integer(1))]), ("allowance", [("name", .string("ab"))]), ("other", []),
        ])
    func `what cannot be is refused`(_ name: String, _ options: [(String, JSONValue)]) {
        #expect(throws: CreditSettingsChange.Refusal.self) {
            try CreditSettingsChange(name, options.map { option($0.0, $0.1) }, guild: 5)
        }
    }

    @Test func `limits and pools belong to a server`() {
        for name in ["limits", "pool"] {
            #expect(throws: CreditSettingsChange.Refusal.self) {
                try CreditSettingsChange(name, [option("add", .integer(1)), option("person", .integer(1))], guild: nil)
            }
        }
    }
}

@Suite("A command that several features share") struct JoinedCommandTests {
    private struct Base: CommandHandler {
        var definition = NewApplicationCommand(
            name: "settings", description: "Base", options: [CommandOption(kind: .subcommand, name: "show", description: "Show")])
        func react(to interaction: Interaction) -> Reaction { .whisper("base") }
    }

    private struct Part: CommandPart {
        let command = "settings"
        let group = CommandOption(
            kind: .subcommandGroup, name: "more", description: "More",
            options: [CommandOption(kind: .subcommand, name: "inner", description: "Inner")])
        func react(to interaction: Interaction, _ name: String, _ options: [InteractionOption]) -> Reaction { .whisper("part \(name)") }
        func choices(for focused: InteractionOption, in interaction: Interaction) async -> [CommandChoice] { [] }
    }

    private func said(_ command: any CommandHandler, _ options: [InteractionOption]) -> String? {
        let interaction = Interaction(
            id: InteractionID(1), applicationID: ApplicationID(1), kind: .command, token: Secret("t"),
            data: InteractionData(name: "settings", options: options), guildID: nil, channelID: nil, member: nil,
            user: User(id: UserID(4), username: "u"))
        guard case .message(let message) = command.react(to: interaction).response else { return nil }
        return message.content
    }

    private let inner = [
        InteractionOption(name: "more", kind: .subcommandGroup, options: [InteractionOption(name: "inner", kind: .subcommand)])
    ]

    @Test func `it has the options of all, and each is handled by whose it is`() throws {
        let joined = JoinedCommand.joining([Base()], [Part()])
        let command = try #require(joined.first)
        #expect(joined.count == 1 && command.definition.description == "Base")
        #expect(command.definition.options.map(\.name) == ["show", "more"])
        #expect(said(command, inner) == "part inner")
        #expect(said(command, [InteractionOption(name: "show", kind: .subcommand)]) == "base")
    }

    @Test func `of parts alone it is a command too`() throws {
        let command = try #require(JoinedCommand.joining([], [Part()]).first)
        #expect(command.definition.name == "settings" && command.definition.options.map(\.name) == ["more"])
        #expect(said(command, inner) == "part inner")
        #expect(said(command, [InteractionOption(name: "show", kind: .subcommand)]) == RoutingText.unknownCommand)
        try command.definition.validate()
    }
}
