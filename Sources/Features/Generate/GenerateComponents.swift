import DiscordModels
import Support

/// The buttons under the messages of `/generate`. Pure.
struct GenerateComponents: Sendable {
    let signer: ButtonSigner

    /// While it waits or runs.
    func waiting(_ requestID: RequestID, owner: UInt64) -> [Component] {
        rows([button("Cancel", .cancel, requestID, owner, style: .danger)])
    }

    /// Under the pictures: one button each where there are several, and another try.
    func painted(_ requestID: RequestID, count: Int, owner: UInt64) -> [Component] {
        let singles = count > 1 ? (0..<count).map { button("\($0 + 1)", .picture, requestID, owner, index: $0) } : []
        return rows(singles + [button("Again", .again, requestID, owner, style: .primary)])
    }

    /// Under what ended without pictures.
    func ended(_ requestID: RequestID, owner: UInt64) -> [Component] {
        rows([button("Try again", .again, requestID, owner, style: .primary)])
    }

    /// The request that a message of ours answers, told by its buttons.
    func request(in components: [Component]) -> RequestID? {
        for case .button(let button) in components.flatMap(\.flattened) {
            if let customID = button.customID, let read = signer.read(customID) { return read.requestID }
        }
        return nil
    }

    private func button(
        _ label: String, _ action: ButtonID.Action, _ requestID: RequestID, _ owner: UInt64, index: Int = 0,
        style: Button.Style = .secondary
    ) -> Component {
        let id = ButtonID(action: action, requestID: requestID, index: UInt8(index), owner: owner)
        return .button(Button(label, style: style, customID: signer.customID(id)))
    }

    private func rows(_ buttons: [Component]) -> [Component] {
        stride(from: 0, to: buttons.count, by: Limits.buttonsInRow).map { start in
            .actionRow(Array(buttons[start..<min(start + Limits.buttonsInRow, buttons.count)]))
        }
    }
}
