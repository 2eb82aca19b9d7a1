import Credits
import DiscordModels
import Support

/// `/settings credits`: prices, limits, pools and allowances, for the bot's owner alone. What is changed here goes before what
/// troupe.yaml says, at once and in every process.
struct CreditSettingsPart: CommandPart {
    let desk: CreditDesk
    let application: OwnApplication
    /// Names of the models, in the operator's order.
    let models: [String]
    let replies: DiscordReplies
    let clock: any WallClock

    var command: String { "settings" }

    var group: CommandOption {
        let most = Double(CreditSettingsChange.largest)
        return CommandOption(
            kind: .subcommandGroup, name: "credits", description: "Prices, limits and allowances, for the owner of this bot",
            options: [
                CommandOption(kind: .subcommand, name: "show", description: "What holds, and who changed it last"),
                CommandOption(
                    kind: .subcommand, name: "price", description: "What one picture by a model costs; 0 is free",
                    options: [
                        CommandOption(kind: .string, name: "model", description: "Which", isRequired: true, hasAutocomplete: true),
                        CommandOption(
                            kind: .integer, name: "credits", description: "Left out: as configured", minimumValue: 0, maximumValue: most),
                    ]),
                CommandOption(
                    kind: .subcommand, name: "limits",
                    description: "What may be spent a day; 0 is without bound, left out is as configured",
                    options: [
                        CommandOption(
                            kind: .integer, name: "person", description: "By one person", minimumValue: 0, maximumValue: most),
                        CommandOption(
                            kind: .integer, name: "server", description: "By everybody on this server together", minimumValue: 0,
                            maximumValue: most),
                    ]),
                CommandOption(
                    kind: .subcommand, name: "pool", description: "Who pays on a server that has a pool, and more credits for this one's",
                    options: [
                        CommandOption(
                            kind: .string, name: "payer", description: "Who pays; for all servers",
                            choices: [
                                CommandChoice(name: "the pool, then the person", value: .string(CreditPolicy.PoolRule.poolFirst.rawValue)),
                                CommandChoice(name: "the person, then the pool", value: .string(CreditPolicy.PoolRule.userFirst.rawValue)),
                                CommandChoice(name: "only the person", value: .string(CreditPolicy.PoolRule.never.rawValue)),
                            ]),
                        CommandOption(
                            kind: .integer, name: "add", description: "So many credits for the pool of this server", minimumValue: 1,
                            maximumValue: most),
                    ]),
                CommandOption(
                    kind: .subcommand, name: "allowance", description: "Credits that come by themselves; 0 takes one away",
                    options: [
                        CommandOption(
                            kind: .string, name: "name", description: "What it is called in /credits", isRequired: true, maximumLength: 40),
                        CommandOption(
                            kind: .integer, name: "credits", description: "How many", isRequired: true, minimumValue: 0, maximumValue: most),
                        CommandOption(
                            kind: .string, name: "every", description: "How often; each day unless told otherwise",
                            choices: [
                                CommandChoice(name: "day", value: .string(CreditPeriod.daily.rawValue)),
                                CommandChoice(name: "month", value: .string(CreditPeriod.monthly.rawValue)),
                            ]),
                        CommandOption(kind: .role, name: "role", description: "Only for its members; left out: for everybody"),
                    ]),
            ])
    }

    func react(to interaction: Interaction, _ name: String, _ options: [InteractionOption]) -> Reaction {
        let change: CreditSettingsChange
        do { change = try CreditSettingsChange(name, options, guild: interaction.guildID?.rawValue) } catch {
            return .whisper(error.userMessage)
        }
        // A price for nothing would look like one; the price of what is gone can still be taken away.
        if case .price(let model, .some, _) = change, !models.contains(model) {
            return .whisper(CreditsText.noSuchModel(model, models: models))
        }
        let request = RequestID(interaction.id.rawValue)
        return Reaction(response: .deferredMessage(ephemeral: true)) { address in
            guard try await application.isOwned(by: UserID(address.userID)) else {
                return await replies.sayAtOnce(CreditsText.ownersOnly, to: address)
            }
            try await make(change, request, by: address.userID)
            let text = CreditsText.rules(
                desk.policy, models: models, guild: address.guildID, history: try await desk.rules.history(), done: change.summary)
            await replies.sayAtOnce(DisplayText.shortened(text, limit: Limits.content), to: address)
        }
    }

    private func make(_ change: CreditSettingsChange, _ request: RequestID, by user: UInt64) async throws {
        let now = clock.now()
        if case .pool(_, let added?, let guild) = change {
            try await desk.ledger.grant(
                id: TransferID("pool", of: request), to: .guildPool(guild), amount: added, reason: CreditReason(.grant, "for this server"),
                at: now)
        }
        try await desk.rules.change(by: user, at: now) { change.apply(to: &$0) }
    }

    func choices(for focused: InteractionOption, in interaction: Interaction) async -> [CommandChoice] {
        let typed = (focused.value?.string ?? "").lowercased()
        return models.filter { typed.isEmpty || $0.lowercased().contains(typed) }.prefix(Limits.choices).map { name in
            CommandChoice(name: DisplayText.shortened(name, limit: Limits.choiceName), value: .string(name))
        }
    }
}
