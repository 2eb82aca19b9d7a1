import DiscordModels
import Features
import Inference
import Jobs
import Memory

/// What is the same for a bot and a runner of all features, wherever they run.
extension Foundations {
    /// Gets a file that somebody put on Discord, of at most so many bytes.
    typealias Fetch = @Sendable (Attachment, Int) async throws -> [UInt8]

    var chat: ChatFeature.Configuration {
        var configuration = ChatFeature.Configuration()
        // The emulator lets every bot read messages; Discord, those whose operator asked for it.
        configuration.readsMessages = settings.readsMessages ?? (settings.discordToken == nil)
        return configuration
    }

    var clones: ClonesFeature.Configuration {
        var configuration = settings.cloneRules.configuration
        configuration.readsMessages = chat.readsMessages
        // Where nobody else is there to talk, the cast does.
        configuration.hasCast = settings.cloneRules.cast ?? (settings.discordToken == nil)
        return configuration
    }

    private var cast: [FeatureWork] {
        guard clones.hasCast else { return [] }
        return [ClonesFeature.castWork(PocketCast(settings, store: memories.clones, adapted: adapted, clock: clock))]
    }

    /// The work halves of all features.
    func works(fetch: @escaping Fetch) -> [FeatureWork] {
        generate + see + cast + [
            ChatFeature.work(
                jobs: jobs, memories: memories, models: textModels, configuration: chat, fetch: fetch, clock: clock, logger: logger),
            ClonesFeature.work(
                memories: memories, models: textModels, adapted: adapted, configuration: clones, randomness: randomness, logger: logger),
        ]
    }

    /// Models that compute here take turns; those that live on servers keep them busy, whatever else is asked for.
    private var generate: [FeatureWork] {
        let here = models.models.filter { $0.card.requestsAtATime == nil }
        let elsewhere = models.models.filter { $0.card.requestsAtATime != nil }
        return [GenerateFeature.work(models: ImageModelCatalog(here), shelf: shelf, logger: logger)]
            + elsewhere.map { model in
                var work = GenerateFeature.work(models: ImageModelCatalog([model]), shelf: shelf, logger: logger)
                work.concurrency = model.card.requestsAtATime ?? 1
                return work
            }
    }

    /// The same of models that see.
    private var see: [FeatureWork] {
        func work(_ models: [any VisionModel], at a: Int) -> FeatureWork {
            var work = SeeingFeature.work(models: VisionModelCatalog(models), tasks: TaskStore(database), logger: logger)
            work.concurrency = a
            return work
        }
        let here = visionModels.models.filter { $0.card.requestsAtATime == nil }
        let elsewhere = visionModels.models.filter { $0.card.requestsAtATime != nil }
        return [work(here, at: 1)] + elsewhere.map { work([$0], at: $0.card.requestsAtATime ?? 1) }
    }

    /// What is kept of people. Needs no file of anybody's.
    var archive: PersonalArchive { archive(FeatureWork.finalAnswer(of: works { _, _ in [] })) }

    func archive(_ ending: @escaping FinalAnswer) -> PersonalArchive {
        PersonalArchive(
            jobs: jobs, memories: memories, pictures: shelf, guilds: guildSettings, tasks: TaskStore(database), ending: ending,
            clock: clock)
    }
}
