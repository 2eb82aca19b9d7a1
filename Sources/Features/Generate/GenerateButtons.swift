import DiscordModels
import Inference
import Jobs
import Support

/// What the buttons and menus under a painting do: one picture large, the same again, edited, more like it, facts, stop.
struct GenerateButtons: ButtonHandler {
    let jobs: any JobQueue
    let cards: [ImageModelCard]
    let repainting: Repainting
    let components: GenerateComponents
    let costs: PaintingCosts
    let progress: ProgressReporter
    let replies: DiscordReplies
    let clock: any WallClock

    var actions: Set<ButtonID.Action> { [.picture, .again, .cancel, .edit, .vary, .varyChosen, .info] }

    func react(to button: ButtonID, pressedIn interaction: Interaction) -> Reaction {
        let requestID = RequestID(interaction.id.rawValue)
        let place = AskingPlace(interaction)
        switch button.action {
        case .picture:
            return Reaction(response: .deferredMessage(ephemeral: false)) { try await picture(button, as: requestID, from: place, $0) }
        case .again:
            return Reaction(response: .deferredMessage(ephemeral: false)) {
                try await repainting.again(button.requestID, as: requestID, from: place, $0)
            }
        case .vary: return variations(of: Int(button.index), button, as: requestID, from: place)
        case .varyChosen:
            guard let index = interaction.data?.values?.first.flatMap({ Int($0) }), (0..<GenerateCommand.counts.upperBound).contains(index)
            else { return .whisper(RoutingText.unknownButton) }
            return variations(of: index, button, as: requestID, from: place)
        case .edit: return .prepared { try await form(button, for: interaction) }
        case .info: return .prepared { .whisper(try await facts(button)) }
        case .cancel:
            guard interaction.author?.id.rawValue == button.owner else { return .whisper(GenerateText.notYours) }
            return Reaction(response: .deferredUpdate) { try await cancel(button, $0) }
        default: return .whisper(RoutingText.unknownButton)
        }
    }

    /// One picture in a message of its own; painted again from its seed where it is no longer kept.
    private func picture(_ button: ButtonID, as requestID: RequestID, from place: AskingPlace, _ address: ReplyAddress) async throws {
        let index = Int(button.index)
        if try await jobs.outputFile(of: button.requestID, named: GenerateFiles.single(index)) != nil {
            return try await repainting.submission.answer(.single(of: button.requestID, index: index), requestID, address)
        }
        try await repainting.single(button.requestID, index: index, as: requestID, from: place, address)
    }

    private func variations(of index: Int, _ button: ButtonID, as requestID: RequestID, from place: AskingPlace) -> Reaction {
        Reaction(response: .deferredMessage(ephemeral: false)) {
            try await repainting.variations(button.requestID, index: index, as: requestID, from: place, $0)
        }
    }

    private func form(_ button: ButtonID, for interaction: Interaction) async throws -> InteractionResponse {
        guard let order = try await repainting.order(of: button.requestID) else { return .whisper(GenerateText.gone) }
        return .modal(
            GenerateForm.editing(
                order, card: cards.first { $0.name == order.model },
                cost: await costs.costs(of: order, in: interaction.guildID?.rawValue).again,
                customID: components.customID(.edit, button.requestID, interaction.author?.id.rawValue ?? 0)))
    }

    private func facts(_ button: ButtonID) async throws -> String {
        guard let job = try await jobs.job(button.requestID), let order = try await repainting.order(of: button.requestID) else {
            return GenerateText.gone
        }
        let summary = try await jobs.output(of: button.requestID).flatMap { try? $0.summary.decode(GenerateSummary.self) }
        return GenerateText.facts(order, summary, job: job)
    }

    private func cancel(_ button: ButtonID, _ address: ReplyAddress) async throws {
        switch try await jobs.cancel(button.requestID, at: clock.now(), answer: GenerateAnswer.final) {
        case .cancelled: break
        case .requested, .alreadyRequested: await progress.refresh(button.requestID)
        case .alreadyFinished, .unknown: await replies.whisper(GenerateText.tooLateToCancel, to: address)
        }
    }
}

/// Takes the form of an edited request.
struct GenerateEditing: ModalHandler {
    let repainting: Repainting

    var actions: Set<ButtonID.Action> { [.edit] }

    func react(to modal: ButtonID, submittedIn interaction: Interaction) -> Reaction {
        let answers: GenerateForm.Answers
        do { answers = try GenerateForm.read(interaction.data) } catch { return .whisper(error.userMessage) }
        let place = AskingPlace(interaction)
        return Reaction(response: .deferredMessage(ephemeral: false)) {
            try await repainting.edited(modal.requestID, answers, as: RequestID(interaction.id.rawValue), from: place, $0)
        }
    }
}
