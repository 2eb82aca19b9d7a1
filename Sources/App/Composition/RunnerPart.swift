import Features
import Jobs
import ServiceLifecycle
import Support

/// The part that works: it claims jobs of the models it has, and keeps the queue in order.
enum RunnerPart {
    static func services(_ base: Foundations) -> [any Service] {
        let processor = JobProcessor(
            queue: base.jobs, workers: GenerateFeature.workers(models: base.models, logger: base.logger),
            configuration: .init(queues: GenerateFeature.queues(models: base.models), worker: base.processName, lease: base.settings.lease),
            clock: base.clock,
            jitter: base.jitter, logger: base.logger, answer: GenerateFeature.finalAnswer)
        return [
            JobScheduler(queue: base.jobs, clock: base.clock, logger: base.logger, answer: GenerateFeature.finalAnswer),
            JobRescuer(
                queue: base.jobs, interval: base.settings.lease / 3, clock: base.clock, logger: base.logger,
                answer: GenerateFeature.finalAnswer),
            JobCleaner(queue: base.jobs, retention: JobRetention(), clock: base.clock, logger: base.logger),
            processor,
        ]
    }
}
