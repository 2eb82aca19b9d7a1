import DiscordModels
import Inference
import Jobs
import Memory
import Support

/// What the buttons under an answer do: the same again, another task, another question, an example of it, stop.
struct SeeingButtons: ButtonHandler {
    let jobs: any JobQueue
    let asking: Asking
    let components: SeeingComponents
    let progress: ProgressReporter
    let replies: DiscordReplies
    let randomSeed: @Sendable () -> UInt64
    let clock: any WallClock

    var actions: Set<ButtonID.Action> { [.seeAgain, .seeOther, .seePick, .seeMore, .seeExample, .seeCancel] }

    func react(to button: ButtonID, pressedIn interaction: Interaction) -> Reaction {
        let requestID = RequestID(interaction.id.rawValue)
        let home = interaction.taskHome
        guard let user = interaction.author?.id.rawValue else { return .whisper(RoutingText.unknownButton) }
        switch button.action {
        case .seeAgain:
            return Reaction(response: .deferredMessage(ephemeral: false)) { address in
                try await asking.submission.attempt(requestID, address) {
                    try await asking.submission.again(
                        button.requestID, as: requestID, address, roles: interaction.roles, seed: randomSeed())
                }
            }
        case .seeOther:
            return Reaction(response: .deferredMessage(ephemeral: true)) { address in
                let tasks = await asking.shelf.names(holding: "", of: home)
                let edit = MessageEdit(
                    content: "Ask about the same picture with the examples of:",
                    components: components.tasks(tasks, for: button.requestID, owner: user))
                try await replies.edit(address, edit)
            }
        case .seePick:
            guard let name = interaction.data?.values?.first else { return .whisper(RoutingText.unknownButton) }
            return Reaction(response: .deferredMessage(ephemeral: false)) { address in
                try await asking.submission.attempt(requestID, address) {
                    let task = try await asking.shelf.task(named: name, of: home)
                    let old = try await jobs.seeingOrder(of: button.requestID)
                    let order = SeeingOrder(
                        task, prompt: task.content.prompt, isInstruction: nil, options: old.options, model: old.model, reply: address)
                    let picture = try await jobs.seenPicture(of: button.requestID)
                    try await asking.submission.submit(order, picture, as: requestID, roles: interaction.roles)
                }
            }
        case .seeMore:
            let form = SeeingForm.question(
                customID: id(.seeMore, button, user), title: "Ask more", prompt: nil, task: shown(interaction, "Task") ?? BuiltInTasks.usual
            )
            return Reaction(response: .modal(form))
        case .seeExample:
            let answer = interaction.message?.embeds.first?.description.map { String($0.prefix(TaskLimits.answer)) }
            let task = shown(interaction, "Task").flatMap { asking.shelf.builtIn.tasks[$0] == nil ? $0 : nil }
            let form = SeeingForm.example(
                customID: id(.seeExample, button, user), task: task, prompt: nil, answer: answer, wantsPicture: false)
            return Reaction(response: .modal(form))
        case .seeCancel:
            guard user == button.owner else { return .whisper(SeeingText.notYours) }
            return Reaction(response: .deferredUpdate) { try await cancel(button, $0) }
        default: return .whisper(RoutingText.unknownButton)
        }
    }

    private func id(_ action: ButtonID.Action, _ button: ButtonID, _ user: UInt64) -> String {
        components.signer.customID(ButtonID(action: action, requestID: button.requestID, owner: user))
    }

    /// The name in back quotes in a field of the message that the button is on.
    private func shown(_ interaction: Interaction, _ name: String) -> String? {
        let value = interaction.message?.embeds.first?.fields?.first { $0.name == name }?.value
        return value?.split(separator: "`").first.map(String.init)
    }

    private func cancel(_ button: ButtonID, _ address: ReplyAddress) async throws {
        switch try await jobs.cancel(button.requestID, at: clock.now(), answer: SeeingAnswer.final) {
        case .cancelled: break
        case .requested, .alreadyRequested: await progress.refresh(button.requestID)
        case .alreadyFinished, .unknown: await replies.whisper(SeeingText.tooLateToCancel, to: address)
        }
    }
}

/// Takes the forms of questions: "Ask more" under an answer, and "Comprehend…" in the menu of a message.
struct QuestionForms: ModalHandler {
    let jobs: any JobQueue
    let command: ComprehendCommand
    let asking: Asking

    var actions: Set<ButtonID.Action> { [.seeMore, .seeForm] }

    func react(to modal: ButtonID, submittedIn interaction: Interaction) -> Reaction {
        let (texts, _) = interaction.filledIn
        let home = interaction.taskHome
        guard let actor = interaction.taskActor else { return .whisper(RoutingText.unknownButton) }
        let task = texts[SeeingForm.task].map(DisplayText.oneLine).flatMap { $0.isEmpty ? nil : $0 } ?? BuiltInTasks.usual
        let prompt: String?
        let model: String
        do {
            prompt = try ComprehendCommand.prompt(texts[SeeingForm.prompt].map(DisplayText.oneLine))
            model = try command.model(nil)
        } catch { return .whisper(error.userMessage) }
        let requestID = RequestID(interaction.id.rawValue)
        return Reaction(response: .deferredMessage(ephemeral: false)) { address in
            var input = ComprehendCommand.Input(
                source: .job(modal.requestID), prompt: prompt, task: task, isInstruction: nil, model: model, options: .init())
            if modal.action == .seeMore {
                if let old = try await jobs.job(modal.requestID).flatMap({ try? $0.arguments.decode(SeeingOrder.self) }) {
                    input.model = old.model
                    input.options = old.options
                }
            } else {
                guard let picture: Attachment = try await asking.shelf.store.draft(modal.requestID.rawValue, by: actor.person) else {
                    return try await asking.submission.refuse(SeeingText.gone, requestID, address)
                }
                input.source = .attachment(picture)
            }
            try await asking.ask(input, of: home, as: requestID, address, roles: interaction.roles)
        }
    }
}
