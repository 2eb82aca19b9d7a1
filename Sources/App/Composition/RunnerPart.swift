import Features
import Jobs
import Memory
import ServiceLifecycle
import Support

/// The part that works: it claims jobs of the models it has, and keeps the queue in order.
enum RunnerPart {
    /// - Parameter works: of all features.
    static func services(_ base: Foundations, _ works: [FeatureWork]) -> [any Service] {
        let answer = FeatureWork.finalAnswer(of: works)
        let processors = works.compactMap {
            $0.processor(
                queue: base.jobs, worker: base.processName, lease: base.settings.lease, clock: base.clock, jitter: base.jitter,
                logger: base.logger)
        }
        return [
            UpkeepService.scheduler(base.jobs, clock: base.clock, logger: base.logger, answer: answer),
            UpkeepService.rescuer(base.jobs, every: base.settings.lease / 3, clock: base.clock, logger: base.logger, answer: answer),
            UpkeepService.cleaner(
                base.jobs, keeping: base.settings.queue == nil ? JobRetention() : .inMemory, clock: base.clock, logger: base.logger),
            MemoryCleaner(
                base.memories.conversations, base.memories.exchanges, retention: base.chat.retention, clock: base.clock, logger: base.logger
            ),
        ] + processors
    }
}
