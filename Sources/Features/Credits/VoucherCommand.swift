import Credits
import DiscordModels
import Support

/// `/voucher create|list|revoke`: for the bot's owner alone. Discord hides it from members who are no administrators; the check here
/// is what counts.
struct VoucherCommand: CommandHandler {
    static let largestCount = 20

    let desk: CreditDesk
    let application: OwnApplication
    let replies: DiscordReplies
    let randomness: @Sendable () -> UInt64
    let clock: any WallClock

    var definition: NewApplicationCommand {
        NewApplicationCommand(
            name: "voucher", description: "Vouchers, for the owner of this bot",
            options: [
                CommandOption(
                    kind: .subcommand, name: "create", description: "Make vouchers; their codes are shown once",
                    options: [
                        CommandOption(
                            kind: .integer, name: "credits", description: "What each is worth", isRequired: true, minimumValue: 1,
                            maximumValue: Double(CreditAmount.largest.value)),
                        CommandOption(
                            kind: .integer, name: "count", description: "How many, 1 to \(Self.largestCount) (1 unless told otherwise)",
                            minimumValue: 1, maximumValue: Double(Self.largestCount)),
                        CommandOption(
                            kind: .integer, name: "days", description: "Good for so many days (for ever unless told otherwise)",
                            minimumValue: 1, maximumValue: 36_500),
                        CommandOption(
                            kind: .string, name: "note", description: "What for; whoever redeems one reads it", maximumLength: 100),
                    ]),
                CommandOption(kind: .subcommand, name: "list", description: "The latest vouchers and what became of them"),
                CommandOption(
                    kind: .subcommand, name: "revoke", description: "Make a voucher worthless",
                    options: [
                        CommandOption(kind: .integer, name: "number", description: "Its number", isRequired: true, minimumValue: 1)
                    ]),
            ], defaultMemberPermissions: Permissions(rawValue: 0))
    }

    func react(to interaction: Interaction) -> Reaction {
        guard let data = interaction.data, let command = data.options?.first?.name else { return .whisper(RoutingText.unknownCommand) }
        let request = RequestID(interaction.id.rawValue)
        return Reaction(response: .deferredMessage(ephemeral: true)) { address in
            guard try await application.isOwned(by: UserID(address.userID)) else {
                await say(CreditsText.ownersOnly, address)
                return
            }
            do {
                switch command {
                case "create": await say(try await create(data, request), address)
                case "list": await say(try await list(), address)
                case "revoke": await say(try await revoke(data), address)
                default: await say(RoutingText.unknownCommand, address)
                }
            } catch let error as CreditError { await say(error.userMessage, address) }
        }
    }

    private func say(_ text: String, _ address: ReplyAddress) async {
        await replies.sayAtOnce(DisplayText.shortened(text, limit: Limits.content), to: address)
    }

    private func create(_ data: InteractionData, _ request: RequestID) async throws -> String {
        let count = data.option("count")?.integer ?? 1
        guard (1...Int64(Self.largestCount)).contains(count) else { return "The count must be 1 to \(Self.largestCount)." }
        let now = clock.now()
        let days = data.option("days")?.integer
        if let days, !(1...36_500).contains(days) { return "The days must be 1 to 36500." }
        let new = NewVouchers(
            batch: "discord:\(request)", count: Int(count), credits: CreditAmount(data.option("credits")?.integer ?? 0),
            expiresAt: days.map { now + .seconds($0 * 86_400) }, note: DisplayText.oneLine(data.option("note")?.string ?? ""))
        guard let issued = try await desk.vouchers.create(new, randomness: randomness, at: now) else { return CreditsText.madeBefore }
        return CreditsText.made(issued)
    }

    private func list() async throws -> String {
        let vouchers = try await desk.vouchers.vouchers(limit: 15)
        return vouchers.isEmpty
            ? CreditsText.noVouchers : vouchers.map { CreditsText.voucher($0, at: clock.now()) }.joined(separator: "\n")
    }

    private func revoke(_ data: InteractionData) async throws -> String {
        let now = clock.now()
        guard let number = data.option("number")?.integer, let voucher = try await desk.vouchers.revoke(number, at: now) else {
            return CreditsText.noSuchVoucher
        }
        return CreditsText.revoked(voucher, at: now)
    }
}
