import Features
import Jobs
import ServiceLifecycle
import Support

/// The part that works: it claims jobs of the models it has, and keeps the queue in order.
enum RunnerPart {
    static func services(_ base: Foundations) -> [any Service] {
        let works = [GenerateFeature.work(models: base.models, logger: base.logger)]
        let answer = FeatureWork.finalAnswer(of: works)
        let processors = works.compactMap {
            $0.processor(
                queue: base.jobs, worker: base.processName, lease: base.settings.lease, clock: base.clock, jitter: base.jitter,
                logger: base.logger)
        }
        return [
            JobScheduler(queue: base.jobs, clock: base.clock, logger: base.logger, answer: answer),
            JobRescuer(queue: base.jobs, interval: base.settings.lease / 3, clock: base.clock, logger: base.logger, answer: answer),
            JobCleaner(queue: base.jobs, retention: JobRetention(), clock: base.clock, logger: base.logger),
        ] + processors
    }
}
