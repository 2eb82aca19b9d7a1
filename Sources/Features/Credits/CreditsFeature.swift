import Discord
import DiscordModels
import Jobs
import Support

/// Credits in Discord, whole: `/credits`, `/redeem`, `/gift`, `/voucher`, `/settings credits`, what is bought in Discord, and the upkeep of what is held.
public enum CreditsFeature {
    /// - Parameter models: names of the models that are paid for, in the operator's order.
    /// - Returns: nil where credits are off: then nothing of it is in the way.
    public static func feature(on stage: Stage, models: [String]) -> Feature? {
        guard let desk = stage.credits else { return nil }
        let redeem = RedeemCommand(desk: desk, signer: stage.signer, replies: stage.replies, clock: stage.clock)
        let application = stage.application
        let purchases = PurchaseDesk(desk: desk, application: application, rest: stage.rest, clock: stage.clock, logger: stage.logger)
        let purchaseService = PurchaseService(
            purchases, clock: stage.clock, jitter: { [randomness = stage.randomness] in Double(randomness() >> 11) * 0x1p-53 },
            logger: stage.logger)
        return Feature(
            commands: [
                CreditsCommand(
                    desk: desk, purchases: purchases, models: models, replies: stage.replies, clock: stage.clock, logger: stage.logger),
                redeem,
                GiftCommand(desk: desk, replies: stage.replies, clock: stage.clock),
                VoucherCommand(
                    desk: desk, application: application, replies: stage.replies, randomness: stage.randomness, clock: stage.clock),
            ],
            commandParts: [
                CreditSettingsPart(
                    desk: desk, application: application, models: models, replies: stage.replies, clock: stage.clock)
            ], modals: [redeem], listeners: [purchaseService],
            services: [
                CreditReconciler(desk: desk, jobs: stage.jobs, clock: stage.clock, logger: stage.logger), purchaseService,
                CreditRulesService(rules: desk.rules, clock: stage.clock, logger: stage.logger),
            ])
    }
}
