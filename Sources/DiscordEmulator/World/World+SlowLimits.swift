import DequeModule
import Support

/// Limits over hours and days, which no rate-limit header tells of.
extension World {
    /// Counts an edit of a message that is older than an hour, or refuses it.
    mutating func countEdit(of message: MessageRecord) throws(DiscordError) {
        guard now - message.createdAt > .seconds(3_600) else { return }
        if oldEdits.count > 1_000 { oldEdits = oldEdits.filter { $0.value.last.map { now - $0 < .seconds(3_600) } ?? false } }
        if let wait = Self.slide(&oldEdits[message.channelID, default: []], limits.oldEditsPerHour, .seconds(3_600), now) {
            throw .tooManyOldEdits(retryAfter: wait)
        }
    }

    /// Counts the creation of a command, or refuses it.
    mutating func countCreation(by applicationID: ID, guildID: ID?) throws(DiscordError) {
        let key = "\(applicationID) \(guildID?.description ?? "global")"
        if let wait = Self.slide(&commandCreations[key, default: []], limits.commandCreationsPerDay, .seconds(86_400), now) {
            throw .tooManyCommandCreations(limits.commandCreationsPerDay, retryAfter: wait)
        }
    }

    /// A sliding window: nil and counted, or how long to wait.
    static func slide(_ times: inout Deque<Timestamp>, _ limit: Int, _ span: Duration, _ now: Timestamp) -> Duration? {
        while let first = times.first, now - first >= span { times.removeFirst() }
        if times.count >= limit, let first = times.first { return first + span - now }
        times.append(now)
        return nil
    }
}
