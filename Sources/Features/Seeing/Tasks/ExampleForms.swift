import DiscordModels
import Memory
import Support

/// "Add to a task…" in the menu of a message: opens a form for what should be said about its picture.
struct AddToTaskMenu: CommandHandler {
    let desk: TaskDesk
    let signer: ButtonSigner

    var definition: NewApplicationCommand { NewApplicationCommand(kind: .message, name: "Add to a task…", description: "") }

    func react(to interaction: Interaction) -> Reaction {
        guard let message = interaction.clickedMessage, let picture = message.attachments.first(where: \.looksLikePicture) else {
            return .whisper("There is no picture in this message that I could see.")
        }
        guard let actor = interaction.taskActor else { return .whisper(RoutingText.unknownCommand) }
        let id = ButtonID(action: .taskForm, requestID: RequestID(interaction.id.rawValue), owner: actor.person.rawValue)
        let said = DisplayText.oneLine(message.content)
        let form = SeeingForm.example(
            customID: signer.customID(id), task: nil, prompt: nil,
            answer: said.isEmpty ? nil : DisplayText.shortened(said, limit: TaskLimits.answer),
            wantsPicture: false)
        return Reaction(response: .modal(form)) { [desk] _ in
            try await desk.store.keepDraft(interaction.id.rawValue, picture, by: actor.person, at: desk.clock.now())
        }
    }
}

/// Takes the forms that make examples: of an answer, of a message, and with a picture uploaded in the form.
struct ExampleForms: ModalHandler {
    let desk: TaskDesk

    var actions: Set<ButtonID.Action> { [.seeExample, .taskForm] }

    func react(to modal: ButtonID, submittedIn interaction: Interaction) -> Reaction {
        let (texts, files) = interaction.filledIn
        guard let actor = interaction.taskActor else { return .whisper(RoutingText.unknownButton) }
        let home = interaction.taskHome
        func text(_ name: String) -> String { DisplayText.oneLine(texts[name] ?? "") }
        let (name, answer) = (text(SeeingForm.task), text(SeeingForm.answer))
        let prompt: String?
        do { prompt = try ComprehendCommand.prompt(text(SeeingForm.prompt)) } catch { return .whisper(error.userMessage) }
        let desk = desk
        return desk.whispering {
            let source: PictureSource
            if modal.action == .seeExample {
                source = .job(modal.requestID)
            } else if modal.index == 1 {
                guard let file = files.first else { throw TaskProblem("There is no picture in this form.") }
                source = .attachment(file)
            } else {
                guard let picture: Attachment = try await desk.store.draft(modal.requestID.rawValue, by: actor.person) else {
                    throw TaskProblem(SeeingText.gone)
                }
                source = .attachment(picture)
            }
            let example = TaskDesk.NewExample(source: source, prompt: prompt, answer: answer)
            return try await desk.add(example, to: name, of: home, by: actor, makingNew: true)
        }
    }
}
