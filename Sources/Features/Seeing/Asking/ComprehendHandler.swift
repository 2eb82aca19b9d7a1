import DiscordModels
import Memory
import Support

/// Asks a checked question: finds its picture and its task, and queues it.
struct Asking: Sendable {
    let finder: PictureFinder
    let shelf: TaskShelf
    let submission: SeeingSubmission

    func ask(_ input: ComprehendCommand.Input, of home: TaskHome, as requestID: RequestID, _ address: ReplyAddress, roles: Set<UInt64>)
        async throws
    {
        try await submission.attempt(requestID, address) {
            let task = try await shelf.task(named: input.task, of: home)
            let picture = try await finder.picture(input.source)
            let order = SeeingOrder(
                task, prompt: input.prompt ?? task.content.prompt, isInstruction: input.isInstruction, options: input.options,
                model: input.model, reply: address)
            try await submission.submit(order, picture, as: requestID, roles: roles)
        }
    }
}

/// `/comprehend` from the interaction to the queue.
struct ComprehendHandler: CommandHandler {
    let command: ComprehendCommand
    let asking: Asking

    var definition: NewApplicationCommand { command.definition }

    func react(to interaction: Interaction) -> Reaction {
        let input: ComprehendCommand.Input
        do { input = try command.parse(GivenOptions(interaction)) } catch { return .whisper(error.userMessage) }
        let home = interaction.taskHome
        return Reaction(response: .deferredMessage(ephemeral: false)) { address in
            try await asking.ask(input, of: home, as: RequestID(interaction.id.rawValue), address, roles: interaction.roles)
        }
    }

    func choices(for focused: InteractionOption, in interaction: Interaction) async -> [CommandChoice] {
        let typed = focused.value?.string ?? ""
        if focused.name == "model" { return command.models(holding: typed) }
        guard focused.name == "task" else { return [] }
        let cost = command.price(ofModel: interaction.data?.options?.first { $0.name == "model" }?.value?.string)
        return await asking.shelf.names(holding: typed, of: interaction.taskHome).prefix(Limits.choices).map { $0.choice(cost: cost) }
    }
}

extension KnownTask {
    /// For a picker.
    /// - Parameter cost: of an answer; nil where it is free.
    func choice(cost: String? = nil) -> CommandChoice {
        let count = content.examples.count == 1 ? "1 example" : "\(content.examples.count) examples"
        return CommandChoice("\(name): \(content.summary.isEmpty ? count : content.summary)", facts: cost, value: .string(name))
    }
}

/// "Comprehend…" in the menu of a message: opens a form for the question. Where the picture is is kept until the form comes
/// back, since Discord shows it to the bot only now.
struct ComprehendMenu: CommandHandler {
    let command: ComprehendCommand
    let asking: Asking
    let signer: ButtonSigner
    let clock: any WallClock

    var definition: NewApplicationCommand { NewApplicationCommand(kind: .message, name: "Comprehend…", description: "") }

    func react(to interaction: Interaction) -> Reaction {
        guard let picture = interaction.clickedMessage?.attachments.first(where: \.looksLikePicture) else {
            return .whisper("There is no picture in this message that I could see.")
        }
        guard let actor = interaction.taskActor else { return .whisper(RoutingText.unknownCommand) }
        let id = ButtonID(action: .seeForm, requestID: RequestID(interaction.id.rawValue), owner: actor.person.rawValue)
        let form = SeeingForm.question(customID: signer.customID(id), title: "Comprehend", prompt: nil, task: BuiltInTasks.usual)
        return Reaction(response: .modal(form)) { [asking, clock] _ in
            try await asking.shelf.store.keepDraft(interaction.id.rawValue, picture, by: actor.person, at: clock.now())
        }
    }
}
