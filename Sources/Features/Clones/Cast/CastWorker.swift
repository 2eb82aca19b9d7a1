import DiscordModels
import Jobs
import Memory
import Support

/// Has the cast learn, and tells how far it is. A process that dies leaves the job to the next, which goes on where it was.
struct CastWorker: Worker {
    static let kind = CastOrder.kind

    let cast: any CloneCast

    func work(_ job: Job, _ context: any JobContext) async throws -> WorkResult {
        guard let order = try? job.arguments.decode(CastOrder.self), let guild = order.reply.guildID else {
            throw WorkFailure(
                JobFailure(code: "arguments-unreadable", message: "the job's arguments are of another version"), retry: .never)
        }
        let (fractions, continuation) = AsyncStream<Double>.makeStream(bufferingPolicy: .bufferingNewest(1))
        async let reported: Void = {
            for await fraction in fractions { await context.report(progress: fraction) }
        }()
        defer { continuation.finish() }
        try await cast.prepare(in: GuildKey(guild)) { continuation.yield($0) }
        continuation.finish()
        await reported
        return .completed([try CastAnswer.ready.delivery(for: job.requestID, order)])
    }
}

/// What stands there until they begin.
struct CastLine: WaitingLine {
    var kind: String { CastOrder.kind }

    func address(of job: Job) -> ReplyAddress? { try? job.arguments.decode(CastOrder.self).reply }

    func message(for job: Job, _ standing: Standing) -> MessageEdit { MessageEdit(content: ClonesText.rehearsing(standing)) }
}
