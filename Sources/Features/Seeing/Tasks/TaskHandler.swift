import DiscordModels
import Inference
import Memory
import Support

/// `/task`: each sub-command is one call of ``TaskDesk``.
struct TaskHandler: CommandHandler {
    let desk: TaskDesk
    let command: ComprehendCommand
    let signer: ButtonSigner

    var definition: NewApplicationCommand { TaskCommand.definition }

    func react(to interaction: Interaction) -> Reaction {
        let given = GivenOptions(interaction)
        guard let actor = interaction.taskActor, let action = given.path.first else { return .whisper(RoutingText.unknownCommand) }
        let home = interaction.taskHome
        let name = given.text("name") ?? ""
        let desk = desk
        do {
            switch action {
            case "create":
                let wish = try TaskDesk.NewTask(given)
                return desk.whispering { try await desk.create(wish, of: home, by: actor) }
            case "add":
                guard let source = try TaskDesk.source(given), let answer = given.text("answer") else {
                    let id = ButtonID(
                        action: .taskForm, requestID: RequestID(interaction.id.rawValue), index: 1, owner: actor.person.rawValue)
                    let form = SeeingForm.example(
                        customID: signer.customID(id), task: name, prompt: given.text("prompt"), answer: given.text("answer"),
                        wantsPicture: true)
                    return Reaction(response: .modal(form))
                }
                let example = TaskDesk.NewExample(source: source, prompt: given.text("prompt"), answer: answer)
                return desk.whispering { try await desk.add(example, to: name, of: home, by: actor, makingNew: false) }
            case "edit":
                let edit = try TaskDesk.Edit(given)
                return desk.whispering { try await desk.edit(name, of: home, edit, by: actor) }
            case "remove":
                let number = try given.integer("example", 1...100_000)
                return desk.whispering { try await desk.remove(name, example: number, of: home, by: actor) }
            case "list": return desk.whispering { MessageEdit(content: try await desk.list(of: home)) }
            case "show": return desk.showing { try await desk.show(name, of: home) }
            case "test":
                let model = try command.model(given.text("model"))
                return Reaction(response: .deferredMessage(ephemeral: false)) { address in
                    try await desk.test(
                        name, of: home, model: model, as: RequestID(interaction.id.rawValue), address, roles: interaction.roles)
                }
            case "share":
                guard let with = given.mentionable("with") else { throw TaskProblem("With whom?") }
                let stop = given.flag("stop") ?? false
                return desk.whispering { try await desk.share(name, of: home, with: with, stop: stop, by: actor) }
            case "import":
                guard let file = given.attachment("file") else { throw TaskProblem("Which file?") }
                return desk.whispering { try await desk.take(file, named: name.isEmpty ? nil : name, of: home, by: actor) }
            case "export": return desk.whispering { try await desk.export(name, of: home) }
            case "history": return desk.whispering { MessageEdit(content: try await desk.history(name, of: home)) }
            case "undo": return desk.whispering { try await desk.undo(name, of: home, by: actor) }
            default: return .whisper(RoutingText.unknownCommand)
            }
        } catch {
            return .whisper((error as? any UserFacingError)?.userMessage ?? RoutingText.cannotAccept)
        }
    }

    func choices(for focused: InteractionOption, in interaction: Interaction) async -> [CommandChoice] {
        let typed = focused.value?.string ?? ""
        if focused.name == "model" { return command.models(holding: typed) }
        guard focused.name == "name" else { return [] }
        let action = interaction.data?.options?.first?.name ?? ""
        let savedOnly = !["show", "test", "export"].contains(action)
        return await desk.shelf.names(holding: typed, of: interaction.taskHome, savedOnly: savedOnly).prefix(Limits.choices).map {
            $0.choice()
        }
    }
}

/// `/list_tasks`: the same as `/task list`.
struct ListTasksCommand: CommandHandler {
    let desk: TaskDesk

    var definition: NewApplicationCommand { NewApplicationCommand(name: "list_tasks", description: "All tasks that can be used here") }

    func react(to interaction: Interaction) -> Reaction {
        let home = interaction.taskHome
        return desk.whispering { MessageEdit(content: try await desk.list(of: home)) }
    }
}

/// `/register_task`: a name and a few pictures with what is to be said of them.
struct RegisterTaskCommand: CommandHandler {
    static let examples = 8
    let desk: TaskDesk

    var definition: NewApplicationCommand {
        let more = (2...Self.examples).flatMap { [picture($0, isRequired: false), text($0, isRequired: false)] }
        return NewApplicationCommand(
            name: "register_task", description: "Make a task from pictures and what is to be said of them",
            options: [
                CommandOption(
                    kind: .string, name: "name", description: "Small letters, digits, - and _", isRequired: true, minimumLength: 1,
                    maximumLength: TaskLimits.name.upperBound), picture(1, isRequired: true), text(1, isRequired: true),
            ] + more)
    }

    private func picture(_ number: Int, isRequired: Bool) -> CommandOption {
        CommandOption(kind: .attachment, name: "image\(number)", description: "Picture \(number)", isRequired: isRequired ? true : nil)
    }

    private func text(_ number: Int, isRequired: Bool) -> CommandOption {
        CommandOption(
            kind: .string, name: "text\(number)", description: "As in <image>Caption: a christmas tree",
            isRequired: isRequired ? true : nil,
            maximumLength: TaskLimits.answer)
    }

    func react(to interaction: Interaction) -> Reaction {
        let given = GivenOptions(interaction)
        guard let actor = interaction.taskActor else { return .whisper(RoutingText.unknownCommand) }
        let home = interaction.taskHome
        var wish = TaskDesk.NewTask(name: given.text("name") ?? "")
        for number in 1...Self.examples {
            switch (given.attachment("image\(number)"), given.text("text\(number)")) {
            case (nil, nil): continue
            case (let image?, let text?): wish.examples.append(Self.example(image, text))
            default: return .whisper("Picture \(number) needs its text, and the text its picture.")
            }
        }
        wish.prompt = VisionRequest.imageMark
        let ready = wish
        return desk.whispering { try await desk.create(ready, of: home, by: actor) }
    }

    /// A chunk as Flamingo writes it: the picture's mark, then all that is to be said.
    private static func example(_ image: Attachment, _ text: String) -> TaskDesk.NewExample {
        let words = text.replacing(VisionRequest.imageMark, with: " ").trimmingSpaces()
        return TaskDesk.NewExample(source: .attachment(image), prompt: nil, answer: words)
    }
}
