import Console
import Features
import Inference
import Jobs
import Support

/// Failed requests made anew for the console. The id of the new one is written down before it is made: who presses twice, in two windows
/// or after a crash, makes one.
struct RetryShelf: JobRetries {
    let base: Foundations
    let door: DiscordDoor

    func retry(of old: RequestID) async throws -> RequestID? {
        guard let made = try await base.tables.retry(of: old), try await base.jobs.job(made) != nil else { return nil }
        return made
    }

    func retry(_ old: Job) async throws -> RequestID {
        let now = base.clock.now()
        let id = try await base.tables.retry(of: old.requestID, offering: RequestID(at: now, base.randomness()), at: now)
        do { try await retries().retry(old, as: id) } catch let error as any UserFacingError {
            if try await base.jobs.job(id) == nil { try await base.tables.forgetRetry(of: old.requestID, as: id) }
            throw error
        }
        return id
    }

    /// With the prices of the moment.
    private func retries() async throws -> Retries {
        let stage = RetryStage(
            jobs: base.jobs, credits: try await base.creditDesk(), rest: try await door.bot(), clock: base.clock,
            randomness: base.randomness)
        return Retries([
            GenerateFeature.retry(on: stage, models: base.models.cards, guilds: base.guildSettings),
            SeeingFeature.retry(on: stage, models: base.visionModels.cards),
        ])
    }
}
