import DiscordModels
import Jobs
import Support

extension ButtonID.Action {
    /// Post one picture of a painted request.
    static let picture = Self(rawValue: 1)
    /// Ask for the same again with another seed.
    static let again = Self(rawValue: 2)
    /// Stop the request.
    static let cancel = Self(rawValue: 3)
}

/// What the buttons under a painting do: one picture large, the same again, stop.
struct GenerateButtons: ButtonHandler {
    let jobs: any JobQueue
    let submission: Submission
    let progress: ProgressReporter
    let replies: DiscordReplies
    let randomSeed: @Sendable () -> UInt64
    let clock: any WallClock

    var actions: Set<ButtonID.Action> { [.picture, .again, .cancel] }

    func react(to button: ButtonID, pressedIn interaction: Interaction) -> Reaction {
        let requestID = RequestID(interaction.id.rawValue)
        let roles = interaction.roleIDs
        switch button.action {
        case .picture:
            return Reaction(response: .deferredMessage(ephemeral: false)) { try await picture(button, as: requestID, $0, roles) }
        case .again:
            return Reaction(response: .deferredMessage(ephemeral: false)) { try await again(button, as: requestID, $0, roles) }
        case .cancel:
            guard interaction.author?.id.rawValue == button.owner else { return .whisper(GenerateText.notYours) }
            return Reaction(response: .deferredUpdate) { try await cancel(button, $0) }
        default: return .whisper(RoutingText.unknownButton)
        }
    }

    /// One picture in a message of its own; painted again from its seed where it is no longer kept.
    private func picture(_ button: ButtonID, as requestID: RequestID, _ address: ReplyAddress, _ roles: Set<UInt64>) async throws {
        guard var order = try await order(button) else { return try await submission.refuse(GenerateText.gone, requestID, address) }
        let index = Int(button.index)
        guard index < order.count else { return try await submission.refuse(GenerateText.gone, requestID, address) }
        if try await jobs.outputFile(of: button.requestID, named: GenerateFiles.single(index)) != nil {
            return try await submission.answer(.single(of: button.requestID, index: index), requestID, address)
        }
        order.seed &+= UInt64(index)
        order.count = 1
        order.reply = address
        try await submission.submit(order, as: requestID, roles: roles)
    }

    private func again(_ button: ButtonID, as requestID: RequestID, _ address: ReplyAddress, _ roles: Set<UInt64>) async throws {
        guard var order = try await order(button) else { return try await submission.refuse(GenerateText.gone, requestID, address) }
        order.seed = randomSeed()
        order.reply = address
        try await submission.submit(order, as: requestID, roles: roles)
    }

    private func cancel(_ button: ButtonID, _ address: ReplyAddress) async throws {
        switch try await jobs.cancel(button.requestID, at: clock.now(), answer: GenerateAnswer.final) {
        case .cancelled: break
        case .requested, .alreadyRequested: await progress.refresh(button.requestID)
        case .alreadyFinished, .unknown: await replies.whisper(GenerateText.tooLateToCancel, to: address)
        }
    }

    private func order(_ button: ButtonID) async throws -> GenerateOrder? {
        try await jobs.job(button.requestID).flatMap { try? $0.arguments.decode() }
    }
}
