import Discord
import DiscordModels
import Logging
import Memory
import Support

/// Says what a clone wrote: once, in its own name, and only while its person allows it.
struct CloneSayer: AnswerSayer {
    let clones: CloneStore
    let stages: StageDesk
    let personas: PersonaSpeaker
    let replies: DiscordReplies
    let clock: any WallClock
    let logger: Logger

    var feature: String { CloneOrder.kind }

    /// Clones have no price.
    func say(
        _ envelope: AnswerEnvelope, for requestID: RequestID, receipt: (Payment) -> String?, isRetry: Bool
    ) async throws -> (message: MessageID, payment: Payment) {
        (try await say(envelope, for: requestID, isRetry: isRetry), .void)
    }

    private func say(_ envelope: AnswerEnvelope, for requestID: RequestID, isRetry: Bool) async throws -> MessageID {
        let body: CloneAnswer.Body = try envelope.decodeBody()
        let address = envelope.address
        guard let channel = address.channelID.map({ ChannelID($0) }) else { throw Speaker.NoWay(reason: "no channel is known") }
        guard case .said(let text) = body.answer else {
            guard case .failed(let reason) = body.answer else { throw Speaker.NoWay(reason: "unknown answer") }
            return try await fail(reason, body, requestID, address, channel)
        }
        guard
            let line = try await clones.begin(text, of: body.clone, in: ChannelKey(channel.rawValue), for: requestID, at: clock.now()),
            let clone = try await clones.clone(body.clone)
        else {
            try await stages.remove(body.clone, in: channel)
            return try await fail(ClonesText.noLongerAllowed, body, requestID, address, channel)
        }
        let message = try await said(line, clone, in: channel, isRetry: isRetry)
        if body.isTurn {
            try await stages.said(line.content, for: requestID, in: channel)
        } else {
            await tell(ClonesText.asked(body.question?.name ?? "", body.question?.text ?? ""), address)
        }
        return message
    }

    private func said(_ line: CloneLine, _ clone: Clone, in channel: ChannelID, isRetry: Bool) async throws -> MessageID {
        if let message = line.message { return MessageID(message.rawValue) }
        do {
            if isRetry, let found = try await personas.find(line.content, in: channel, after: line.saidAt) {
                try await clones.note(MessageKey(found.rawValue), of: line.requestID)
                return found
            }
            let message = try await personas.say(line.content, as: clone.name, avatar: clone.avatar, in: channel, for: line.requestID)
            try await clones.note(MessageKey(message.rawValue), of: line.requestID)
            return message
        } catch let error as DiscordAPIError where error.isForbidden || error.isUnknownChannel {
            try await stages.stop(in: channel)
            throw Speaker.NoWay(reason: "the channel is closed to the bot: \(error)")
        }
    }

    private func fail(
        _ reason: String, _ body: CloneAnswer.Body, _ requestID: RequestID, _ address: ReplyAddress, _ channel: ChannelID
    ) async throws -> MessageID {
        if body.isTurn {
            try await stages.failed(requestID, in: channel)
            throw Speaker.NoWay(reason: "a clone's turn came to nothing")
        }
        guard address.hasToken(at: clock.now()) else { throw Speaker.NoWay(reason: "nobody waits for it any more") }
        return try await replies.edit(address, MessageEdit(content: reason)).id
    }

    /// In place of the command's response; without promise, since what was asked for is said.
    private func tell(_ text: String, _ address: ReplyAddress) async { await replies.sayAtOnce(text, to: address) }
}
