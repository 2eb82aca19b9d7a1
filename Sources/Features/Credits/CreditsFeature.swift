import Discord
import DiscordModels
import Jobs
import Support

/// Credits in Discord, whole: `/credits`, `/redeem`, `/gift`, `/voucher`, and the upkeep of what is held.
public enum CreditsFeature {
    /// - Parameter models: names of the models that are paid for, in the operator's order.
    /// - Returns: nil where credits are off: then nothing of it is in the way.
    public static func feature(on stage: Stage, models: [String]) -> Feature? {
        guard let desk = stage.credits else { return nil }
        let redeem = RedeemCommand(desk: desk, signer: stage.signer, replies: stage.replies, clock: stage.clock)
        let owners = Owners { [rest = stage.rest] in try await rest.currentApplication().owners }
        return Feature(
            commands: [
                CreditsCommand(desk: desk, models: models, replies: stage.replies, clock: stage.clock, logger: stage.logger), redeem,
                GiftCommand(desk: desk, replies: stage.replies, clock: stage.clock),
                VoucherCommand(
                    desk: desk, owners: owners, replies: stage.replies, randomness: stage.randomness, clock: stage.clock),
            ], modals: [redeem], services: [CreditReconciler(desk: desk, jobs: stage.jobs, clock: stage.clock, logger: stage.logger)])
    }
}
