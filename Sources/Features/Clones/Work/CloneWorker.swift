import Jobs
import Memory
import Support

/// Has one line written in a person's manner: asks whether that is still allowed, and records what came of it, so that a repeat says
/// the same.
struct CloneWorker: Worker {
    static let kind = CloneOrder.kind

    let clones: CloneStore
    let writer: CloneWriter

    private struct Summary: Codable {
        var line: String?
    }

    func work(_ job: Job, _ context: any JobContext) async throws -> WorkResult {
        guard let order = try? job.arguments.decode(CloneOrder.self) else {
            throw WorkFailure(
                JobFailure(code: "arguments-unreadable", message: "the job's arguments are of another version"), retry: .never)
        }
        guard let clone = try await clones.clone(order.clone), clone.state == .active else {
            await writer.shelf.drop(order.clone)
            return .completed([try CloneAnswer.failed(reason: ClonesText.noLongerAllowed).delivery(for: job.requestID, order)])
        }
        let recorded: JobOutput
        if let known = try await context.recordedOutput() {
            recorded = known
        } else {
            let line = try await writer.line(
                of: clone, message: order.message, topic: order.topic, recent: order.recent, before: order.before)
            recorded = try await context.record(JobOutput(summary: try JobPayload(encoding: Summary(line: line))))
        }
        let line = try? recorded.summary.decode(Summary.self).line
        let answer = line.map { CloneAnswer.said($0) } ?? .failed(reason: ClonesText.nothingFit(clone.name))
        return .completed([try answer.delivery(for: job.requestID, order)])
    }
}
