import Metrics
import Support

/// What the processors tell swift-metrics. Labels are kinds and outcomes, never people or prompts.
enum JobMetrics {
    /// An attempt ended after so long.
    static func attempted(_ job: Job, as outcome: JobOutcome?, in span: Duration) {
        let dimensions = [("kind", job.kind)]
        Timer(label: "troupe_job_run_seconds", dimensions: dimensions).record(duration: span)
        Counter(label: "troupe_job_attempts_total", dimensions: dimensions + [("outcome", word(outcome))]).increment()
    }

    /// An attempt begins; the first tells how long the job has waited.
    static func begins(_ job: Job, at now: Timestamp) {
        guard job.attempt <= 1 else { return }
        Timer(label: "troupe_job_wait_seconds", dimensions: [("kind", job.kind)]).record(duration: max(.zero, now - job.createdAt))
    }

    /// A try to say something ended, so long after there was something to say.
    static func delivered(_ delivery: Delivery, as outcome: DeliveryOutcome, at now: Timestamp) {
        if case .delivered = outcome {
            Timer(label: "troupe_delivery_seconds").record(duration: max(.zero, now - delivery.createdAt))
        }
        Counter(label: "troupe_deliveries_total", dimensions: [("outcome", word(outcome))]).increment()
    }

    static func word(_ outcome: DeliveryOutcome) -> String {
        switch outcome {
        case .delivered: "delivered"
        case .retry: "retry"
        case .abandoned: "abandoned"
        }
    }

    static func word(_ outcome: JobOutcome?) -> String {
        switch outcome {
        case .completed: "completed"
        case .failed(_, let retryAt): retryAt == nil ? "failed" : "retryable"
        case .cancelled: "cancelled"
        case .snoozed: "snoozed"
        case .handedBack: "handed-back"
        case nil: "lease-lost"
        }
    }
}
