import Discord
import DiscordModels
import Jobs
import Logging
import Memory
import ServiceLifecycle
import Support

/// Keeps the conversations of clones going: looks twice a second whose turn it is, and has that turn written.
///
/// The order is saved before its job is enqueued; a process that dies between the two finds the order again and enqueues it under the
/// same id, so nobody speaks twice.
struct StageService: Service {
    let desk: StageDesk
    let jobs: any JobQueue
    let replies: DiscordReplies
    let randomness: @Sendable () -> UInt64
    let clock: any WallClock
    let logger: Logger
    var interval: Duration = .milliseconds(500)

    func run() async throws {
        var isReady = false
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            do {
                if !isReady {
                    try await resume()
                    isReady = true
                }
                for kept in try await desk.store.due(at: clock.now(), limit: 100) { try await tick(kept) }
            } catch is CancellationError {
                return
            } catch {
                logger.warning("The clones' conversations could not be looked after", metadata: ["error": "\(error)"])
            }
            try? await cancelWhenGracefulShutdown { try await clock.sleep(for: interval) }
        }
    }

    /// What was ordered and perhaps never enqueued.
    private func resume() async throws {
        try await desk.recall()
        for kept in try await desk.store.stages() {
            guard let stage = StageDesk.decode(kept), stage.isRunning, let order = stage.order else { continue }
            try await enqueue(order, stage, kept)
        }
    }

    private func tick(_ kept: CloneStageStore.Kept) async throws {
        let channel = ChannelID(kept.channel.rawValue)
        let now = clock.now()
        let requestID = Self.requestID(at: now, randomness())
        guard let (step, stage) = try await desk.change(channel, { $0.tick(at: now, requestID: requestID, draw: desk.draw) }) else {
            return
        }
        switch step {
        case .wait: break
        case .ask(let order):
            await replies.showTyping(in: channel)
            try await enqueue(order, stage, kept)
        case .end(let ending):
            let message = OutgoingMessage(content: ClonesText.ended(ending), nonce: requestID.description)
            do { _ = try await replies.send(message, to: channel) } catch {
                logger.info("The end of a conversation could not be told", metadata: ["channel": "\(channel)", "error": "\(error)"])
            }
        }
    }

    private func enqueue(_ turn: CloneStage.Order, _ stage: CloneStage, _ kept: CloneStageStore.Kept) async throws {
        let address = ReplyAddress(
            applicationID: 0, token: nil, channelID: kept.channel.rawValue, guildID: kept.guild.rawValue, userID: stage.startedBy,
            tokenExpiresAt: turn.orderedAt, attachmentLimit: Limits.fileBytes)
        let isTopic = turn.source == .topic
        var recent = stage.lines.map { ClonePrompt.Said(name: $0.name, text: $0.text) }
        if turn.source == .human, recent.last?.text == turn.prompt?.text { recent.removeLast() }
        let order = CloneOrder(
            clone: turn.clone, message: isTopic ? nil : turn.prompt.map { ClonePrompt.Said(name: $0.name, text: $0.text) },
            topic: isTopic ? turn.prompt?.text : nil, recent: turn.source == .nothing ? [] : recent,
            before: stage.lines.filter { $0.clone == turn.clone }.map(\.text), isTurn: true, reply: address)
        _ = try await jobs.enqueue(order.job(turn.requestID, deadline: turn.orderedAt + stage.rules.turnPatience), at: clock.now())
    }

    /// As Discord would number it, with chance where Discord has workers: no interaction or message has it.
    static func requestID(at now: Timestamp, _ random: UInt64) -> RequestID {
        RequestID(RequestID(at: now, random).rawValue | 1 << 63)
    }
}
