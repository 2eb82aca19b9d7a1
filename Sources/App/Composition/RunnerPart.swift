import Features
import Inference
import Jobs
import ServiceLifecycle
import Support

/// The part that works: it claims jobs of the models it has, and keeps the queue in order.
enum RunnerPart {
    static func services(_ base: Foundations) -> [any Service] {
        let works = generate(base)
        let answer = FeatureWork.finalAnswer(of: works)
        let processors = works.compactMap {
            $0.processor(
                queue: base.jobs, worker: base.processName, lease: base.settings.lease, clock: base.clock, jitter: base.jitter,
                logger: base.logger)
        }
        return [
            UpkeepService.scheduler(base.jobs, clock: base.clock, logger: base.logger, answer: answer),
            UpkeepService.rescuer(base.jobs, every: base.settings.lease / 3, clock: base.clock, logger: base.logger, answer: answer),
            UpkeepService.cleaner(base.jobs, keeping: JobRetention(), clock: base.clock, logger: base.logger),
        ] + processors
    }

    /// Models that compute here take turns; those that live on servers keep them busy, whatever else is asked for.
    private static func generate(_ base: Foundations) -> [FeatureWork] {
        let here = base.models.models.filter { $0.card.requestsAtATime == nil }
        let elsewhere = base.models.models.filter { $0.card.requestsAtATime != nil }
        return [GenerateFeature.work(models: ImageModelCatalog(here), logger: base.logger)]
            + elsewhere.map { model in
                var work = GenerateFeature.work(models: ImageModelCatalog([model]), logger: base.logger)
                work.concurrency = model.card.requestsAtATime ?? 1
                return work
            }
    }
}
