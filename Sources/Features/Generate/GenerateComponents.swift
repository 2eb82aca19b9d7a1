import Credits
import DiscordModels
import Support

extension ButtonID.Action {
    /// Post one picture of a painted request.
    static let picture = Self(rawValue: 1)
    /// Ask for the same again with another seed.
    static let again = Self(rawValue: 2)
    /// Stop the request.
    static let cancel = Self(rawValue: 3)
    /// Open a form with what was asked, and the form.
    static let edit = Self(rawValue: 4)
    /// Paint more like one picture.
    static let vary = Self(rawValue: 5)
    /// The same, from a menu that says which.
    static let varyChosen = Self(rawValue: 6)
    /// Say how it was painted.
    static let info = Self(rawValue: 7)
    /// Ask what is to go.
    static let delete = Self(rawValue: 8)
    /// The message goes.
    static let deleteMessage = Self(rawValue: 9)
    /// The message goes, and what is kept of the request.
    static let deleteAll = Self(rawValue: 10)
    /// Paint from a picture that is no painting of ours: the form.
    static let paintFrom = Self(rawValue: 11)
}

/// The buttons under the messages of `/generate`. Pure.
struct GenerateComponents: Sendable {
    let signer: ButtonSigner

    /// What the buttons say that a press costs, as prices stand when they are made; nil where it is free.
    struct Costs: Sendable, Hashable {
        var again: CreditAmount?
        var variations: CreditAmount?
    }

    /// While it waits or runs.
    func waiting(_ requestID: RequestID, owner: UInt64) -> [Component] {
        rows([button("Cancel", .cancel, requestID, owner, style: .danger)])
    }

    /// Under the pictures: one button each where there are several, and what can be done next.
    func painted(_ requestID: RequestID, count: Int, owner: UInt64, costs: Costs = Costs()) -> [Component] {
        var actions = [
            button(CreditsText.priced("Again", costs.again), .again, requestID, owner, style: .primary),
            button("Edit prompt", .edit, requestID, owner), button("Info", .info, requestID, owner),
            button("Delete", .delete, requestID, owner),
        ]
        guard count > 1 else {
            actions.insert(button(CreditsText.priced("Variations", costs.variations), .vary, requestID, owner), at: 2)
            return rows(actions)
        }
        let singles = (0..<count).map { button("\($0 + 1)", .picture, requestID, owner, index: $0) }
        return rows(singles) + rows(actions) + [variationMenu(requestID, count: count, owner: owner, costs: costs)]
    }

    /// Which picture there shall be more of.
    func variationMenu(_ requestID: RequestID, count: Int, owner: UInt64, costs: Costs) -> Component {
        let menu = SelectMenu(
            customID: customID(.varyChosen, requestID, owner),
            options: (0..<count).map { .init(label: "Variations of picture \($0 + 1)", value: "\($0)") },
            placeholder: CreditsText.priced("Variations of…", costs.variations))
        return .actionRow([.select(menu)])
    }

    /// Under one picture that was posted alone.
    /// - Parameters:
    ///   - answer: the request which that message answers, noted so that the message can be found again.
    ///   - owner: who pressed for it.
    func single(_ requestID: RequestID, index: Int, answering answer: RequestID, owner: UInt64, costs: Costs = Costs()) -> [Component] {
        rows([
            button(
                CreditsText.priced("Variations", costs.variations), .vary, requestID, owner, index: index, note: answer.description),
            button("Info", .info, requestID, owner, index: index), button("Delete", .delete, requestID, owner, index: index),
        ])
    }

    /// Under what ended without pictures.
    func ended(_ requestID: RequestID, owner: UInt64, costs: Costs = Costs()) -> [Component] {
        rows([
            button(CreditsText.priced("Try again", costs.again), .again, requestID, owner, style: .primary),
            button("Edit prompt", .edit, requestID, owner),
        ])
    }

    /// What is asked before something goes.
    /// - Parameters:
    ///   - message: the message that is meant.
    ///   - isOwn: whether the person may have the record go too.
    func deletion(_ requestID: RequestID, of message: MessageID, owner: UInt64, isOwn: Bool) -> [Component] {
        let one = button("Only this message", .deleteMessage, requestID, owner, style: .danger, note: message.description)
        let all = button("Pictures and record too", .deleteAll, requestID, owner, style: .danger, note: message.description)
        return rows(isOwn ? [one, all] : [one])
    }

    /// The painting that a message of ours shows, told by its buttons.
    func paintedRequest(in components: [Component]) -> RequestID? {
        for case .button(let button) in components.flatMap(\.flattened) {
            if let read = button.customID.flatMap({ signer.read($0) }) { return read.requestID }
        }
        return nil
    }

    /// The request that a message of ours answers, told by its buttons.
    func request(in components: [Component]) -> RequestID? {
        for case .button(let button) in components.flatMap(\.flattened) {
            guard let customID = button.customID, let read = signer.read(customID) else { continue }
            return read.action == .vary ? RequestID(read.note) ?? read.requestID : read.requestID
        }
        return nil
    }

    func customID(_ action: ButtonID.Action, _ requestID: RequestID, _ owner: UInt64, index: Int = 0, note: String = "") -> String {
        signer.customID(ButtonID(action: action, requestID: requestID, index: UInt8(clamping: index), owner: owner, note: note))
    }

    private func button(
        _ label: String, _ action: ButtonID.Action, _ requestID: RequestID, _ owner: UInt64, index: Int = 0,
        style: Button.Style = .secondary, note: String = ""
    ) -> Component {
        .button(Button(label, style: style, customID: customID(action, requestID, owner, index: index, note: note)))
    }

    private func rows(_ buttons: [Component]) -> [Component] {
        stride(from: 0, to: buttons.count, by: Limits.buttonsInRow).map { start in
            .actionRow(Array(buttons[start..<min(start + Limits.buttonsInRow, buttons.count)]))
        }
    }
}
