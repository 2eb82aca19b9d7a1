import Credits
import DiscordModels
import Logging
import Pictures
import Support

/// `/credits`: what one has, what is held, what happened last, and a picture of it. Only the person who asks sees it.
struct CreditsCommand: CommandHandler {
    let desk: CreditDesk
    let purchases: PurchaseDesk
    /// Names of the models, for the price list.
    let models: [String]
    let replies: DiscordReplies
    let clock: any WallClock
    let logger: Logger

    var definition: NewApplicationCommand { NewApplicationCommand(name: "credits", description: "What you have, and what happened to it") }

    func react(to interaction: Interaction) -> Reaction {
        let roles = interaction.roleIDs
        return Reaction(response: .deferredMessage(ephemeral: true)) { address in
            await replies.sayAtOnce(try await overview(address, roles: roles), to: address)
        }
    }

    private func overview(_ address: ReplyAddress, roles: Set<UInt64>) async throws -> MessageEdit {
        let account = CreditAccount.user(address.userID)
        let came = try await desk.ledger.giveAllowances(desk.policy, user: address.userID, roles: roles, at: clock.now())
        let balance = try await desk.ledger.balance(of: account)
        let movements = try await desk.ledger.movements(of: account, limit: 200)
        let pool: CreditAmount? =
            if let guild = address.guildID { try await desk.ledger.balance(of: .guildPool(guild)).available } else { nil }
        let text = CreditsText.overview(
            balance, pool: pool, holds: try await desk.ledger.openHolds(of: account).count, movements: Array(movements.prefix(8)),
            prices: CreditsText.prices(desk.policy, models: models), came: came)
        return MessageEdit(
            content: DisplayText.shortened(text, limit: Limits.content), components: shop, files: chart(movements).map { [$0] } ?? [],
            keptAttachments: [])
    }

    /// A button for each article that Discord sells.
    private var shop: [Component] {
        let buttons = purchases.forSale.prefix(Limits.buttonsInRow).map { Component.button(.premium($0.sku)) }
        return buttons.isEmpty ? [] : [.actionRow(buttons)]
    }

    /// Nothing where there is nothing to see yet.
    private func chart(_ movements: [CreditMovement]) -> FileUpload? {
        guard movements.count >= 2 else { return nil }
        let points = movements.reversed().map { BalanceChart.Point(at: $0.transfer.createdAt, balance: $0.balance.value) }
        do {
            return FileUpload(
                filename: "credits.png", contentType: "image/png",
                bytes: try BalanceChart(points: points, now: clock.now()).picture().png(),
                description: "Your balance over the last \(movements.count) movements: now \(movements[0].balance)")
        } catch {
            logger.error("A chart could not be drawn", metadata: ["error": "\(error)"])
            return nil
        }
    }
}

extension Interaction {
    /// The roles of who did it, in the guild where it was done.
    var roleIDs: Set<UInt64> { Set((member?.roles ?? []).map(\.rawValue)) }
}
