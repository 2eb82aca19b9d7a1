import DiscordModels
import Memory

/// `/task`: how it looks in Discord. Pure.
enum TaskCommand {
    static let definition = NewApplicationCommand(
        name: "task", description: "Examples that show how to answer about pictures",
        options: [
            sub(
                "create", "Make a task",
                [
                    newName, text("summary", "What it is for, in a few words", TaskLimits.summary),
                    text("prompt", "What is asked about a picture; <image> is where the picture stands in it", TaskLimits.prompt),
                    instruction,
                    image("First example: its picture"), text("answer", "First example: what should be said about it", TaskLimits.answer),
                ]),
            sub(
                "add", "Add an example to a task",
                [
                    name, image("Its picture; without one a form opens"), text("answer", "What should be said about it", TaskLimits.answer),
                    text("prompt", "What is asked, if not as the task asks", TaskLimits.prompt),
                    text("link", "Instead of a picture: a link to a message in this channel", 200),
                ]),
            sub(
                "edit", "Change a task, or one of its examples",
                [
                    name, text("summary", "What it is for", TaskLimits.summary),
                    text("prompt", "What is asked about a picture", TaskLimits.prompt),
                    instruction, example("Which example"), text("answer", "The example's answer", TaskLimits.answer),
                    text("example_prompt", "What is asked in the example", TaskLimits.prompt),
                ]),
            sub("remove", "Remove a task, or one of its examples", [name, example("Only this example")]),
            sub("list", "All tasks that can be used here", []),
            sub("show", "A task with all its examples", [anyName]),
            sub(
                "test", "Try a task on its own examples",
                [anyName, CommandOption(kind: .string, name: "model", description: "Which model", hasAutocomplete: true)]),
            sub(
                "share", "Let others change a task",
                [
                    name, CommandOption(kind: .mentionable, name: "with", description: "A person or a role", isRequired: true),
                    CommandOption(kind: .boolean, name: "stop", description: "No longer"),
                ]),
            sub(
                "import", "Make a task from a file that was exported",
                [
                    CommandOption(kind: .attachment, name: "file", description: "A file of /task export", isRequired: true),
                    text("name", "Another name for it", TaskLimits.name.upperBound),
                ]),
            sub("export", "A task as a file, with its pictures", [anyName]),
            sub("history", "Who changed what of a task", [name]),
            sub("undo", "Go back on the latest change of a task", [name]),
        ], contexts: nil)

    private static func sub(_ name: String, _ description: String, _ options: [CommandOption]) -> CommandOption {
        CommandOption(kind: .subcommand, name: name, description: description, options: options)
    }

    private static let name = CommandOption(kind: .string, name: "name", description: "Which task", isRequired: true, hasAutocomplete: true)
    private static let anyName = name
    private static let newName = CommandOption(
        kind: .string, name: "name", description: "Small letters, digits, - and _", isRequired: true, minimumLength: 1,
        maximumLength: TaskLimits.name.upperBound)
    private static let instruction = CommandOption(
        kind: .boolean, name: "instruction", description: "The prompt is an instruction, not the beginning of an answer")

    private static func text(_ name: String, _ description: String, _ limit: Int) -> CommandOption {
        CommandOption(kind: .string, name: name, description: description, maximumLength: limit)
    }

    private static func image(_ description: String) -> CommandOption {
        CommandOption(kind: .attachment, name: "image", description: description)
    }

    private static func example(_ description: String) -> CommandOption {
        CommandOption(kind: .integer, name: "example", description: description, minimumValue: 1, maximumValue: 100_000)
    }
}
