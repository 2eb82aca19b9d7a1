import Discord
import DiscordModels
import Jobs
import Logging
import Metrics
import Support

/// The first stop of every gateway event. Called straight from the reader: interactions are acknowledged here before any
/// other I/O, and only then handled.
struct EventRouter: Sendable {
    let router: CommandRouter
    let texts: TextCommands
    let listeners: [any EventListener]
    let replies: DiscordReplies
    let clock: any WallClock
    let logger: Logger

    /// Returns once what the event asks for is durable or has been answered; a repeat of the same event does no harm.
    ///
    /// - Throws: `CancellationError` when the process ends before that: then the event must be handled again.
    func handle(_ event: GatewayEvent, receivedAt: Timestamp) async throws {
        if case .interactionCreate(let interaction) = event { return try await handle(interaction, receivedAt: receivedAt) }
        if case .messageCreate(let message) = event, await take(message, receivedAt) { return }
        for listener in listeners {
            do {
                try await listener.hear(event, receivedAt: receivedAt)
            } catch let error as CancellationError {
                throw error
            } catch {
                logger.error("An event could not be handled", metadata: ["event": "\(event.name)", "error": "\(error)"])
            }
        }
    }

    /// Whether a message was a command; one that could not be done is none of the listeners' business either.
    private func take(_ message: Message, _ receivedAt: Timestamp) async -> Bool {
        do { return try await texts.take(message, receivedAt: receivedAt) } catch {
            logger.error("A text command could not be handled", metadata: ["message": "\(message.id)", "error": "\(error)"])
            return true
        }
    }

    /// A first response that has to be read first; nil when it failed or took too long.
    private func prepared(
        _ prepare: @escaping @Sendable () async throws -> InteractionResponse, for interaction: Interaction
    ) async -> InteractionResponse? {
        await withTaskGroup(of: InteractionResponse?.self) { group in
            group.addTask {
                do { return try await prepare() } catch {
                    logger.error("A response could not be prepared", metadata: ["request": "\(interaction.id)", "error": "\(error)"])
                    return nil
                }
            }
            group.addTask {
                try? await clock.sleep(for: .milliseconds(1_500))
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    func handle(_ interaction: Interaction, receivedAt: Timestamp) async throws {
        let window = InteractionWindow(interaction.id, receivedAt: receivedAt)
        if interaction.kind == .autocomplete {
            let choices = await router.choices(for: interaction)
            _ = await replies.respond(to: interaction, with: .choices(choices), within: window.acknowledgeBefore - clock.now())
            return
        }
        guard var reaction = router.route(interaction), let user = interaction.author else { return }
        if let prepare = reaction.prepare { reaction.response = await prepared(prepare, for: interaction) ?? reaction.response }
        var address = ReplyAddress(
            applicationID: interaction.applicationID.rawValue, token: interaction.token, channelID: interaction.channelID?.rawValue,
            guildID: interaction.guildID?.rawValue, userID: user.id.rawValue, tokenExpiresAt: window.tokenExpiresAt,
            attachmentLimit: interaction.attachmentSizeLimit ?? Limits.fileBytes)
        let acknowledged = await replies.respond(to: interaction, with: reaction.response, within: window.acknowledgeBefore - clock.now())
        Timer(label: "troupe_acknowledgement_seconds").record(duration: max(.zero, clock.now() - receivedAt))
        switch acknowledged {
        case .acknowledged, .unknown: break
        case .tooLate: address.token = nil
        }
        do {
            try await reaction.next?(address)
            if reaction.next != nil {
                RequestTrace.tell("accept", of: RequestID(interaction.id.rawValue), from: receivedAt, to: clock.now())
            }
        } catch let error as CancellationError {
            throw error
        } catch {
            // Nothing can be promised without storage: then that is said at once, and the request ends there.
            logger.critical(
                "A request could not be stored and was refused", metadata: ["request": "\(interaction.id)", "error": "\(error)"])
            if case .deferredMessage = reaction.response {
                await replies.sayUnlessAnswered(RoutingText.cannotAccept, to: address)
            } else {
                await replies.whisper(RoutingText.cannotAccept, to: address)
            }
        }
    }
}
