import Discord
import DiscordModels
import Support

/// Hears what people write where clones talk. Everything else is passed over without a look.
struct CloneListener: EventListener {
    let desk: StageDesk
    let cleaner: LineCleaner

    func hear(_ event: GatewayEvent, receivedAt: Timestamp) async throws {
        guard case .messageCreate(let message) = event, desk.isLive(message.channelID) else { return }
        guard message.author.isBot != true, message.webhookID == nil else { return }
        let text = String(message.content.split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(600))
        guard !text.isEmpty, !cleaner.isBlocked(text) else { return }
        let name = message.member?.nickname ?? message.author.displayName
        try await desk.change(message.channelID) { $0.hear(name, text, at: receivedAt) }
    }
}
