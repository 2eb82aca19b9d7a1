import Discord
import DiscordModels
import Logging
import Memory
import Support

/// Lets the cast begin once it has learnt, in place of the waiting line.
struct CastSayer: AnswerSayer {
    let clones: CloneStore
    let desk: StageDesk
    let components: CloneComponents
    let rules: CloneStage.Rules
    let speaker: Speaker
    let clock: any WallClock

    var feature: String { CastOrder.kind }

    /// The cast has no price.
    func say(
        _ envelope: AnswerEnvelope, for requestID: RequestID, receipt: (Payment) -> String?, isRetry: Bool
    ) async throws -> (message: MessageID, payment: Payment) {
        let body: CastAnswer.Body = try envelope.decodeBody()
        let answer = try await answer(body, envelope.address, requestID, isRetry: isRetry)
        let said = try await speaker.say(answer, for: requestID, to: envelope.address, isRetry: isRetry) { components in
            answer.components == components && !components.isEmpty
        }
        return (said.message, .void)
    }

    private func answer(
        _ body: CastAnswer.Body, _ address: ReplyAddress, _ requestID: RequestID, isRetry: Bool
    ) async throws -> RenderedAnswer {
        if case .failed(let reason) = body.answer { return RenderedAnswer(content: reason) }
        guard let channel = address.channelID.map({ ChannelID($0) }), let guild = address.guildID.map({ GuildID($0) }) else {
            throw Speaker.NoWay(reason: "no channel is known")
        }
        let cast = try await clones.clones(in: GuildKey(guild.rawValue)).filter { $0.state == .active }
        let stage = body.wishes.stage(of: cast, rules, startedBy: address.userID, at: clock.now())
        var begun = try await desk.begin(stage, in: channel, guild: guild)
        // An earlier attempt let them begin and then died.
        if begun == nil, isRetry { begun = try await desk.stage(in: channel) }
        guard let begun else { return RenderedAnswer(content: ClonesText.alreadyRunning) }
        return RenderedAnswer(content: ClonesText.began(begun), components: components.controls(requestID, owner: address.userID))
    }
}
