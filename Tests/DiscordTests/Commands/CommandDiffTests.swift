import DiscordModels
import Foundation
import Support
import Testing

@testable import Discord

@Suite("Commands are registered by diff")
struct CommandDiffTests {
    static let generate = NewApplicationCommand(
        name: "generate", description: "Paint",
        options: [
            CommandOption(kind: .string, name: "prompt", description: "What", isRequired: true, minimumLength: 1, maximumLength: 1_000),
            CommandOption(kind: .integer, name: "count", description: "How many", minimumValue: 1, maximumValue: 9),
            CommandOption(
                kind: .integer, name: "size", description: "Size", choices: [CommandChoice(name: "small", value: .integer(1))]),
        ])

    /// As Discord tells it back: defaults that were never sent are there.
    static func echo(_ changes: [String: String] = [:]) throws -> ApplicationCommand {
        var json = """
            {"id":"5","application_id":"1","version":"6","type":1,"name":"generate","description":"Paint","nsfw":false,"dm_permission":true,
             "default_member_permissions":null,"contexts":[0,1,2],"integration_types":[0],"name_localizations":null,
             "options":[{"type":3,"name":"prompt","description":"What","required":true,"min_length":1,"max_length":1000,"autocomplete":false},
              {"type":4,"name":"count","description":"How many","required":false,"min_value":1,"max_value":9,"choices":[],"options":[]},
              {"type":4,"name":"size","description":"Size","choices":[{"name":"small","value":1.0}]}]}
            """
        for (old, new) in changes {
            #expect(json.contains(old))
            json = json.replacing(old, with: new)
        }
        return try JSONDecoder().decode(ApplicationCommand.self, from: Data(json.utf8))
    }

    @Test("a command that is as wanted is left alone, whatever defaults Discord echoes")
    func unchanged() throws {
        let diff = CommandDiff(wanted: [Self.generate], registered: [try Self.echo()])
        #expect(diff.isEmpty && diff.unchanged == ["generate"])
    }

    @Test(
        "a command that differs is edited, not created anew",
        arguments: [
            ["\"Paint\"": "\"Draw\""], ["\"required\":true": "\"required\":false"], ["\"max_value\":9": "\"max_value\":10"],
            ["\"value\":1.0": "\"value\":2"], ["\"nsfw\":false": "\"nsfw\":true"],
            ["\"default_member_permissions\":null": "\"default_member_permissions\":\"0\""],
        ])
    func edited(changes: [String: String]) throws {
        let diff = CommandDiff(wanted: [Self.generate], registered: [try Self.echo(changes)])
        #expect(diff.edits == [CommandDiff.Edit(id: CommandID(5), command: Self.generate)])
        #expect(diff.creations.isEmpty && diff.deletions.isEmpty)
    }

    @Test("what is new is created in its order, what is no longer wanted is deleted")
    func createdAndDeleted() throws {
        let imagine = NewApplicationCommand(name: "imagine", description: "Paint")
        let forget = NewApplicationCommand(name: "forget", description: "Forget")
        let diff = CommandDiff(wanted: [imagine, forget], registered: [try Self.echo()])
        #expect(diff.creations == [imagine, forget])
        #expect(diff.deletions == [CommandDiff.Deletion(id: CommandID(5), name: "generate")])
    }

    @Test("a command on a message and one typed may bear the same name")
    func kinds() throws {
        let menu = NewApplicationCommand(kind: .message, name: "generate", description: "")
        let diff = CommandDiff(wanted: [Self.generate, menu], registered: [try Self.echo()])
        #expect(diff.creations == [menu] && diff.unchanged == ["generate"] && diff.deletions.isEmpty)
    }

    @Test("where a command may be used is compared as a set, and only where it is wanted")
    func contexts() throws {
        var command = Self.generate
        command.contexts = [2, 1, 0]
        #expect(CommandDiff(wanted: [command], registered: [try Self.echo()]).isEmpty)
        command.contexts = [0]
        #expect(CommandDiff(wanted: [command], registered: [try Self.echo()]).edits.count == 1)
    }
}
