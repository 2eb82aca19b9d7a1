import DiscordModels
import Support

extension ButtonID.Action {
    /// End a conversation of clones.
    static let stopClones = Self(rawValue: 128)
    /// Pause it, or let it go on.
    static let pauseClones = Self(rawValue: 129)
}

/// The buttons under a conversation of clones: anybody there may press them. Pure.
struct CloneComponents: Sendable {
    let signer: ButtonSigner

    func controls(_ requestID: RequestID, owner: UInt64) -> [Component] {
        func button(_ label: String, _ action: ButtonID.Action, _ style: Button.Style) -> Component {
            .button(Button(label, style: style, customID: signer.customID(ButtonID(action: action, requestID: requestID, owner: owner))))
        }
        return [.actionRow([button("Stop", .stopClones, .danger), button("Pause / go on", .pauseClones, .secondary)])]
    }
}

/// What they do.
struct CloneButtons: ButtonHandler {
    let desk: StageDesk
    let replies: DiscordReplies
    let clock: any WallClock

    var actions: Set<ButtonID.Action> { [.stopClones, .pauseClones] }

    func react(to button: ButtonID, pressedIn interaction: Interaction) -> Reaction {
        guard let channel = interaction.channelID else { return .whisper(ClonesText.guildOnly) }
        return Reaction(response: .deferredMessage(ephemeral: false)) { address in
            let now = clock.now()
            let changed = try await desk.change(channel) { stage in
                guard stage.status != .ended else { return false }
                switch button.action {
                case .stopClones: stage.stop()
                default: if stage.status == .paused { stage.goOn(at: now) } else { stage.pause() }
                }
                return true
            }
            guard let changed, changed.value else { return await replies.sayAtOnce(ClonesText.noStage, to: address) }
            let text =
                switch changed.stage.status {
                case .running: ClonesText.goingOn
                case .paused: ClonesText.paused
                case .ended: ClonesText.stopped
                }
            await replies.sayAtOnce(text, to: address)
        }
    }
}
