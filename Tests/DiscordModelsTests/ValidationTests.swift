import DiscordModels
import Support
import Testing

@Suite("Bounds are checked before the wire")
struct ValidationTests {
    /// The field that is refused, or nil when all is well.
    static func refused(_ message: OutgoingMessage, fileBytes: Int = Limits.fileBytes) -> String? {
        do { try message.validate(fileBytes: fileBytes) } catch { return error.field }
        return nil
    }

    static func refused(_ command: NewApplicationCommand) -> String? {
        do { try command.validate() } catch { return error.field }
        return nil
    }

    @Test("a message may have 2,000 characters as Discord counts them, and must not be empty")
    func content() {
        #expect(Self.refused(OutgoingMessage(content: String(repeating: "x", count: 2_000))) == nil)
        #expect(Self.refused(OutgoingMessage(content: String(repeating: "😀", count: 1_001))) == "content")
        #expect(Self.refused(OutgoingMessage(content: "")) == "content")
        #expect(throws: Never.self) { try MessageEdit(content: "").validate() }
    }

    @Test("the field that is wrong is named")
    func embeds() {
        let long = String(repeating: "x", count: 257)
        #expect(Self.refused(OutgoingMessage(embeds: [Embed(title: "t"), Embed(title: long)])) == "embeds[1].title")
        #expect(Self.refused(OutgoingMessage(embeds: [Embed(fields: [.init(name: "n", value: "")])])) == "embeds[0].fields[0].value")
        let large = Embed(description: String(repeating: "x", count: 3_001))
        #expect(Self.refused(OutgoingMessage(embeds: [large, large])) == "embeds")
        #expect(Self.refused(OutgoingMessage(embeds: Array(repeating: Embed(title: "t"), count: 11))) == "embeds")
    }

    @Test("buttons need a name, an id of their own, and room")
    func buttons() {
        func refused(_ buttons: Button...) -> String? {
            Self.refused(OutgoingMessage(content: "x", components: [.actionRow(buttons.map(Component.button))]))
        }
        #expect(refused(Button("a", customID: "1"), Button("b", customID: "2")) == nil)
        #expect(refused(Button("a", customID: "1"), Button("b", customID: "1")) == "components[0].components[1].custom_id")
        #expect(refused(Button("a", customID: String(repeating: "x", count: 101))) == "components[0].components[0].custom_id")
        #expect(refused(Button("a")) == "components[0].components[0].custom_id")
        #expect(refused(Button("", customID: "1")) == "components[0].components[0].label")
        #expect(refused(Button("a", style: .link, customID: "1", url: "https://discord.com")) == "components[0].components[0].url")
        let six = (1...6).map { Component.button(Button("\($0)", customID: "\($0)")) }
        #expect(Self.refused(OutgoingMessage(content: "x", components: [.actionRow(six)])) == "components[0].components")
    }

    @Test("a file may be as large as the interaction says, and all together 25 MiB")
    func files() {
        func file(_ megabytes: Int) -> FileUpload {
            FileUpload(filename: "a", contentType: "text/plain", bytes: [UInt8](repeating: 0, count: megabytes << 20))
        }
        #expect(Self.refused(OutgoingMessage(files: [file(11)])) == "files[0]")
        #expect(Self.refused(OutgoingMessage(files: [file(11)]), fileBytes: 12 << 20) == nil)
        #expect(Self.refused(OutgoingMessage(files: [file(9), file(9), file(9)])) == "files")
    }

    @Test("commands: names, order of options, choices")
    func commands() {
        func refused(_ name: String = "generate", _ options: CommandOption...) -> String? {
            Self.refused(NewApplicationCommand(name: name, description: "d", options: options))
        }
        #expect(refused() == nil)
        #expect(refused("größe-2") == nil)
        #expect(refused("Generate") == "name")
        #expect(refused("with space") == "name")
        let optional = CommandOption(kind: .string, name: "a", description: "d")
        let required = CommandOption(kind: .string, name: "b", description: "d", isRequired: true)
        #expect(refused("x", required, optional) == nil)
        #expect(refused("x", optional, required) == "options[1].required")
        #expect(refused("x", optional, optional) == "options[1].name")
        var choosing = optional
        choosing.choices = (1...26).map { CommandChoice(name: "\($0)", value: .integer($0)) }
        #expect(refused("x", choosing) == "options[0].choices")
    }

    @Test("a group's sub-commands may have options, and these none of their own")
    func nesting() {
        var leaf = CommandOption(kind: .string, name: "a", description: "d")
        func refused() -> String? {
            let command = CommandOption(kind: .subcommand, name: "s", description: "d", options: [leaf])
            let group = CommandOption(kind: .subcommandGroup, name: "g", description: "d", options: [command])
            return Self.refused(NewApplicationCommand(name: "x", description: "d", options: [group]))
        }
        #expect(refused() == nil)
        leaf.options = [CommandOption(kind: .string, name: "b", description: "d")]
        #expect(refused() == "options[0].options[0].options[0].options")
    }
}
