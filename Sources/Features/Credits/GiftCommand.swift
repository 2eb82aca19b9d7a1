import Credits
import DiscordModels
import Support

/// `/gift`: credits from one person to another, under the interaction's id, so that a repeat gives nothing twice.
struct GiftCommand: CommandHandler {
    let desk: CreditDesk
    let replies: DiscordReplies
    let clock: any WallClock

    var definition: NewApplicationCommand {
        NewApplicationCommand(
            name: "gift", description: "Give credits of yours to somebody",
            options: [
                CommandOption(kind: .user, name: "user", description: "Who gets them", isRequired: true),
                CommandOption(
                    kind: .integer, name: "amount", description: "How many", isRequired: true, minimumValue: 1,
                    maximumValue: Double(CreditAmount.largest.value)),
                CommandOption(kind: .string, name: "note", description: "Why; they read it in /credits", maximumLength: 100),
            ])
    }

    func react(to interaction: Interaction) -> Reaction {
        guard let data = interaction.data, let user = data.option("user")?.string.flatMap(UInt64.init) else {
            return .whisper(CreditsText.noSuchUser)
        }
        guard let amount = data.option("amount")?.integer.map({ CreditAmount($0) }), amount > .zero, amount <= .largest else {
            return .whisper(CreditsText.amountRange)
        }
        if user == interaction.author?.id.rawValue { return .whisper(CreditsText.giftToYourself) }
        if data.resolved?.users?[UserID(user)]?.isBot == true { return .whisper(CreditsText.giftToBot) }
        let note = data.option("note")?.string ?? ""
        let request = RequestID(interaction.id.rawValue)
        return Reaction(response: .deferredMessage(ephemeral: true)) { address in
            let text = try await give(amount, from: address.userID, to: user, note: note, request)
            await replies.sayAtOnce(text, to: address)
        }
    }

    private func give(
        _ amount: CreditAmount, from giver: UInt64, to user: UInt64, note: String, _ request: RequestID
    ) async throws -> String {
        do {
            try await desk.ledger.transfer(
                id: TransferID("gift", of: request), from: .user(giver), to: .user(user), amount: amount,
                reason: CreditReason(.gift, DisplayText.oneLine(note)), at: clock.now())
        } catch let error as CreditError where error.code == .insufficient {
            return CreditsText.giftTooLarge(available: error.available ?? .zero)
        }
        return CreditsText.given(amount, to: user, available: try await desk.ledger.balance(of: .user(giver)).available)
    }
}
