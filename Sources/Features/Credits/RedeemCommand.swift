import Credits
import DiscordModels
import Support

extension ButtonID.Action {
    /// The form that a voucher's code is typed into.
    static let redeem = Self(rawValue: 64)
}

/// `/redeem`: a voucher's code becomes credits. Without the code a form opens for it, so that it is in no command line. Only the
/// person who redeems sees the answer.
struct RedeemCommand: CommandHandler, ModalHandler {
    let desk: CreditDesk
    let signer: ButtonSigner
    let replies: DiscordReplies
    let clock: any WallClock

    var actions: Set<ButtonID.Action> { [.redeem] }

    var definition: NewApplicationCommand {
        NewApplicationCommand(
            name: "redeem", description: "Redeem a voucher for credits",
            options: [
                CommandOption(
                    kind: .string, name: "code", description: "The voucher's code; left out, a form asks for it", maximumLength: 100)
            ])
    }

    func react(to interaction: Interaction) -> Reaction {
        if let code = interaction.data?.option("code")?.string { return redeem(code) }
        let id = ButtonID(
            action: .redeem, requestID: RequestID(interaction.id.rawValue), owner: interaction.author?.id.rawValue ?? 0)
        let field = TextInput(
            customID: "code", style: .short, label: "The voucher's code", minimumLength: 10, maximumLength: 100, isRequired: true,
            placeholder: "TRPE-0000-0000-0000-0000-0000-0000-0000")
        return Reaction(
            response: .modal(
                Modal(customID: signer.customID(id), title: "Redeem a voucher", components: [.actionRow([.textInput(field)])])))
    }

    func react(to modal: ButtonID, submittedIn interaction: Interaction) -> Reaction {
        redeem(interaction.data?.field("code") ?? "")
    }

    /// A slip of the pen is told at once, from the code's checksum.
    private func redeem(_ text: String) -> Reaction {
        let code: VoucherCode
        do { code = try VoucherCode(parsing: text) } catch { return .whisper(error.userMessage) }
        return Reaction(response: .deferredMessage(ephemeral: true)) { address in
            let result = try await desk.vouchers.redeem(code, by: address.userID, at: clock.now())
            let available = try await desk.ledger.balance(of: .user(address.userID)).available
            await replies.sayAtOnce(CreditsText.redeemed(result, available: available), to: address)
        }
    }
}

extension InteractionData {
    /// The value of an option, of a sub-command's too.
    func option(_ name: String) -> JSONValue? {
        let inner = options?.first.flatMap { $0.kind == .subcommand ? $0.options : nil }
        return (inner ?? options ?? []).first { $0.name == name }?.value
    }

    /// What stands in a field of a form.
    func field(_ customID: String) -> String? {
        for case .textInput(let input) in (components ?? []).flatMap(\.flattened) where input.customID == customID { return input.value }
        return nil
    }
}
