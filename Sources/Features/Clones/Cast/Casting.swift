import Discord
import DiscordModels
import Jobs
import Support

/// Has the cast learn and begin where `/clones start` is said in the green room and nobody is named.
struct Casting: Sendable {
    /// The channel's name.
    static let greenRoom = "green-room"

    let jobs: any JobQueue
    let rest: RESTClient
    let progress: ProgressReporter
    let replies: DiscordReplies
    let cleaner: LineCleaner
    let clock: any WallClock

    func isMeant(_ data: InteractionData, in channel: ChannelID, _ told: Channel?) async -> Bool {
        guard ClonesCommand.people.allSatisfy({ data.option($0) == nil }) else { return false }
        // A command that was a text does not say where.
        let name = if let told { told.name } else { try? await rest.channel(channel).name }
        return name == Self.greenRoom
    }

    func begin(_ wishes: StageWishes, _ requestID: RequestID, _ address: ReplyAddress) async throws {
        if let topic = wishes.topic, cleaner.isBlocked(topic) { return await replies.sayAtOnce(ClonesText.blocked, to: address) }
        let now = clock.now()
        switch try await jobs.enqueue(CastOrder(wishes: wishes, reply: address).job(requestID, at: now), at: now) {
        case .enqueued: await progress.track(requestID)
        case .existing(let job): if !job.state.isFinal { await progress.track(requestID) }
        case .refused(let refusal): await replies.sayAtOnce(refusal.userMessage, to: address)
        }
    }
}
