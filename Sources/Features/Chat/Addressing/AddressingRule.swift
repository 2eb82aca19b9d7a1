import Memory
import Support

/// Decides whether a message is for the bot. Pure; silence is the common end.
///
/// Nobody's messages are read by default: what is not addressed to the bot is taken only from people who opted in, and only
/// in channels that were told so. Chance and time are arguments.
struct AddressingRule: Sendable {
    /// The bot's account.
    let ourselves: PersonKey
    /// What it is called, beside its mention.
    let name: String
    let settings: ConversationSettings
    var bounds = LoopBounds()

    static let defaultProbability = 0.1
    static let defaultCooldown = 120

    /// - Parameters:
    ///   - channelRecord: how much the bot spoke by itself in this channel.
    ///   - pairRecord: how much it spoke with this author, where that is a bot.
    ///   - draw: a number in 0..<1.
    func decide(
        _ message: HeardMessage, channelRecord: SpeakingRecord? = nil, pairRecord: SpeakingRecord? = nil, draw: Double, now: Timestamp
    ) -> HearingDecision {
        if message.author == .ourselves { return .silence(.ourselves) }
        guard message.isOrdinary else { return .silence(.notice) }
        let mode = message.isDirect ? .addressed : settings.mode ?? .addressed
        guard mode != .off else { return .silence(.off) }

        if message.author == .bot {
            guard settings.answersBots == true else { return .silence(.bot) }
            guard message.mentionsUs || message.answersUs else { return .silence(.notAddressed) }
            guard bounds.allow(pairRecord, at: now) else { return .silence(.loop) }
        }
        let called = CallByName(name: name).call(in: message.content)
        if let reason = reason(message, called) {
            let text = withoutOurMention(called ?? message.content)
            // A bare call is a greeting; what has no content at all is what Discord keeps from us.
            if text.isEmpty, !message.hasAttachments {
                return message.content.isEmpty ? .silence(.nothingToRead) : .answer(reason, text: "Hello!")
            }
            return .answer(reason, text: text)
        }
        guard mode == .always || mode == .sometimes else { return .silence(.notAddressed) }
        guard message.isOptedIn else { return .silence(.notOptedIn) }
        guard !message.content.isEmpty || message.hasAttachments, !Self.isCommand(message.content) else { return .silence(.nothingToRead) }
        if mode == .always { return .answer(.always, text: message.content) }
        return speaksUp(channelRecord, draw, now) ? .answer(.sometimes, text: message.content) : .overhear(text: message.content)
    }

    private func reason(_ message: HeardMessage, _ called: String?) -> AnswerReason? {
        if message.isDirect { return .direct }
        if message.answersUs { return .reply }
        if message.mentionsUs { return .mention }
        if called != nil, message.author == .human { return .name }
        if message.isInOwnThread, message.author == .human { return .ownThread }
        return nil
    }

    private func speaksUp(_ record: SpeakingRecord?, _ draw: Double, _ now: Timestamp) -> Bool {
        let cooldown = Duration.seconds(settings.cooldownSeconds ?? Self.defaultCooldown)
        if let record, now < record.spokeAt + cooldown { return false }
        return draw < settings.probability ?? Self.defaultProbability
    }

    /// The text without a call of the bot at its beginning or end; one in the middle stands for its name.
    func withoutOurMention(_ text: String) -> String {
        var text = text
        let forms = ["<@\(ourselves)>", "<@!\(ourselves)>"]
        text = text.trimmingSpace()
        while let form = forms.first(where: { text.hasPrefix($0) }) {
            text = String(text.dropFirst(form.count).drop { $0.isWhitespace || $0 == "," || $0 == ":" })
        }
        while let form = forms.first(where: { text.hasSuffix($0) }) { text = String(text.dropLast(form.count)).trimmingSpace() }
        for form in forms { text = text.replacing(form, with: "@\(name)") }
        return text
    }

    /// What is meant for another bot: `!play`, `?help`, `$price`.
    private static func isCommand(_ text: String) -> Bool {
        guard let first = text.first, "!?$%&/.;-+=~".contains(first) else { return false }
        return text.dropFirst().first?.isLetter == true
    }
}

extension String {
    func trimmingSpace() -> String {
        var rest = drop { $0.isWhitespace }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}
