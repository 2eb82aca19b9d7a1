import Inference
import Jobs
import Support

/// What the message says while a request waits or runs. Pure: from the job, its place and what pictures took lately.
enum StatusLine {
    /// - Parameters:
    ///   - perPicture: what one picture took in recent jobs, newest first.
    ///   - runners: jobs of this queue that run at a time.
    /// - Returns: nil once the job has ended; its answer is on the way.
    static func text(
        _ order: GenerateOrder, job: Job, place: QueuePlace, perPicture: [Duration], card: ImageModelCard?, runners: Int, now: Timestamp
    ) -> String? {
        let fallback = card.map { Duration.milliseconds(Int64($0.expectedSecondsPerImage * 1_000)) }
        let estimate = place.estimate(perUnit: perPicture, runners: runners, fallback: fallback)
        switch job.state {
        case .completed, .cancelled, .discarded: return nil
        case .retryable: return GenerateText.retrying(prompt: order.prompt, estimate: max(.zero, job.scheduledAt - now))
        case .available, .scheduled: return GenerateText.waiting(prompt: order.prompt, position: place.position, estimate: estimate)
        case .running where job.cancelRequestedAt != nil: return GenerateText.cancelling(prompt: order.prompt)
        case .running:
            return GenerateText.running(
                prompt: order.prompt, fraction: job.progress, remaining: remaining(job, estimate: estimate, now: now))
        }
    }

    /// From this attempt's own pace once it has one, else from what is usual.
    private static func remaining(_ job: Job, estimate: Duration?, now: Timestamp) -> Duration? {
        if job.progress >= 0.05, let started = job.attemptedAt {
            let elapsed = max(0, (now - started).inSeconds)
            return .milliseconds(Int64(elapsed * (1 - job.progress) / job.progress * 1_000))
        }
        return estimate
    }
}
