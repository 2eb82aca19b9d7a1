import Credits
import DiscordModels
import Memory
import Support

extension ButtonID.Action {
    /// Ask the same again with another seed.
    static let seeAgain = Self(rawValue: 96)
    /// Offer other tasks for the same picture.
    static let seeOther = Self(rawValue: 97)
    /// One of them was picked.
    static let seePick = Self(rawValue: 98)
    /// Open a form for another question about the picture; the form.
    static let seeMore = Self(rawValue: 99)
    /// Open a form that makes the answer an example; the form.
    static let seeExample = Self(rawValue: 100)
    /// Stop.
    static let seeCancel = Self(rawValue: 101)
    /// The form of the menu "Comprehend…".
    static let seeForm = Self(rawValue: 102)
    /// The form that adds an example to a task.
    static let taskForm = Self(rawValue: 103)
}

/// The buttons under the messages of `/comprehend`. Pure.
struct SeeingComponents: Sendable {
    let signer: ButtonSigner

    func waiting(_ requestID: RequestID, owner: UInt64) -> [Component] { [row([button("Cancel", .seeCancel, requestID, owner, .danger)])] }

    /// - Parameter cost: of another question about the picture; nil where it is free.
    func answered(_ requestID: RequestID, owner: UInt64, cost: CreditAmount? = nil) -> [Component] {
        [
            row([
                button(CreditsText.priced("Again", cost), .seeAgain, requestID, owner, .primary),
                button(CreditsText.priced("Other task", cost), .seeOther, requestID, owner),
                button(CreditsText.priced("Ask more", cost), .seeMore, requestID, owner),
                button("Make this an example", .seeExample, requestID, owner),
            ])
        ]
    }

    /// Under what ended without an answer, and under the trial of a task.
    func ended(_ requestID: RequestID, owner: UInt64, cost: CreditAmount? = nil) -> [Component] {
        [row([button(CreditsText.priced("Try again", cost), .seeAgain, requestID, owner, .primary)])]
    }

    /// Tasks to pick from.
    func tasks(_ tasks: [KnownTask], for requestID: RequestID, owner: UInt64) -> [Component] {
        let options = tasks.prefix(Limits.selectOptions).map { task in
            SelectMenu.Option(
                label: task.name, value: task.name,
                description: task.content.summary.isEmpty ? nil : DisplayText.shortened(task.content.summary, limit: 100))
        }
        let id = ButtonID(action: .seePick, requestID: requestID, owner: owner)
        return [row([.select(SelectMenu(customID: signer.customID(id), options: options, placeholder: "Which task?"))])]
    }

    /// The request that a message of ours answers, told by its buttons.
    func request(in components: [Component]) -> RequestID? {
        for case .button(let button) in components.flatMap(\.flattened) {
            if let customID = button.customID, let read = signer.read(customID) { return read.requestID }
        }
        return nil
    }

    private func button(
        _ label: String, _ action: ButtonID.Action, _ requestID: RequestID, _ owner: UInt64, _ style: Button.Style = .secondary
    ) -> Component {
        .button(Button(label, style: style, customID: signer.customID(ButtonID(action: action, requestID: requestID, owner: owner))))
    }

    private func row(_ components: [Component]) -> Component { .actionRow(components) }
}
