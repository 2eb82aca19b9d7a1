import DiscordModels
import Memory
import Support

extension ButtonID.Action {
    /// Stop an answer that is being written.
    static let chatStop = Self(rawValue: 32)
    /// Answer the same again.
    static let chatAgain = Self(rawValue: 33)
    /// Go on with an answer that was cut short.
    static let chatGoOn = Self(rawValue: 34)
    /// Go on in a thread of its own.
    static let chatFork = Self(rawValue: 35)
    /// Show what the model thought.
    static let chatThoughts = Self(rawValue: 36)
    /// Allow, or no longer allow, that conversations are remembered.
    static let chatOptIn = Self(rawValue: 37)
    static let chatOptOut = Self(rawValue: 38)
    /// The form of "Ask about this".
    static let chatAsk = Self(rawValue: 39)
}

/// The buttons under the messages of chat. Pure.
struct ChatComponents: Sendable {
    let signer: ButtonSigner

    /// While it is written.
    func writing(_ requestID: RequestID, owner: UInt64) -> [Component] {
        row([button("Stop", .chatStop, requestID, owner, style: .danger)])
    }

    /// Under an answer.
    func written(
        _ requestID: RequestID, owner: UInt64, ending: ChatDetails.Ending, hasThoughts: Bool, canFork: Bool, offersMemory: Bool
    ) -> [Component] {
        var buttons = [button("Again", .chatAgain, requestID, owner)]
        if ending == .length || ending == .stopped { buttons.append(button("Continue", .chatGoOn, requestID, owner)) }
        if canFork { buttons.append(button("Thread", .chatFork, requestID, owner)) }
        if hasThoughts { buttons.append(button("Thoughts", .chatThoughts, requestID, owner)) }
        if offersMemory { buttons.append(optIn(owner: owner, requestID)) }
        return row(buttons)
    }

    /// Under what ended without an answer.
    func ended(_ requestID: RequestID, owner: UInt64) -> [Component] {
        row([button("Try again", .chatAgain, requestID, owner, style: .primary)])
    }

    /// Under a statement of what is kept.
    func consent(isGiven: Bool, owner: UInt64, _ requestID: RequestID) -> [Component] {
        row([isGiven ? button("Forget and opt out", .chatOptOut, requestID, owner, style: .danger) : optIn(owner: owner, requestID)])
    }

    private func optIn(owner: UInt64, _ requestID: RequestID) -> Button {
        button("Remember our conversations", .chatOptIn, requestID, owner, style: .success)
    }

    private func button(
        _ label: String, _ action: ButtonID.Action, _ requestID: RequestID, _ owner: UInt64, style: Button.Style = .secondary
    ) -> Button {
        Button(label, style: style, customID: signer.customID(ButtonID(action: action, requestID: requestID, owner: owner)))
    }

    private func row(_ buttons: [Button]) -> [Component] {
        buttons.isEmpty ? [] : [.actionRow(buttons.prefix(Limits.buttonsInRow).map { .button($0) })]
    }
}
