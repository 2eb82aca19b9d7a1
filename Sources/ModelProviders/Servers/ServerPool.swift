import Inference
import Support

/// The servers of one model: gives each request to the one that is expected to finish it first, and to another when that one
/// is away or sends nonsense.
///
/// All rules are in ``ServerSchedule``; this carries them out. Never repeats a request at a server that failed at it: what is left
/// is for the queue, which tries again later.
public actor ServerPool {
    public struct Configuration: Sendable {
        /// A picture's time, until measured.
        public var secondsPerPicture: Double
        /// How long a request waits for a server to come back before it fails as unavailable.
        public var patience: Duration
        /// How often a server may ask for a pause before the request fails as rate limited.
        public var pauses = 3
        /// Pixels of a picture whose size is not said.
        public var usualPixels: Int

        public init(secondsPerPicture: Double = 10, patience: Duration = .zero, usualPixels: Int = 512 * 512) {
            self.secondsPerPicture = secondsPerPicture
            self.patience = patience
            self.usualPixels = usualPixels
        }
    }

    public nonisolated let servers: [any ImageServer]
    /// How many requests to bring at a time, so that no server ever waits for us.
    public nonisolated let requestsAtATime: Int
    private let model: String
    private let configuration: Configuration
    private let clock: any WallClock
    private let jitter: @Sendable () -> Double
    private var schedule: ServerSchedule
    private var seats: [Int: CheckedContinuation<ServerSchedule.Assignment, any Error>] = [:]
    private var lastWork = 0

    /// - Parameters:
    ///   - model: the model's name as users know it.
    ///   - jitter: draws a number in 0…1.
    public init(
        _ servers: [any ImageServer], model: String, configuration: Configuration = Configuration(), clock: any WallClock,
        jitter: @escaping @Sendable () -> Double
    ) {
        self.servers = servers
        self.model = model
        self.configuration = configuration
        self.clock = clock
        self.jitter = jitter
        schedule = ServerSchedule(
            servers: servers.map { ServerShare(lanes: $0.lanes, secondsPerPicture: configuration.secondsPerPicture) })
        requestsAtATime = schedule.requestsAtATime
    }

    /// Paints at whichever server is best.
    public func paint(_ request: ImageRequest, progress: @escaping @Sendable (ImageProgress) -> Void) async throws -> ImageResult {
        // Ends with this call.
        async let _: Void = keepWatch()
        lastWork += 1
        let pixels = request.size.map { $0.width * $0.height } ?? configuration.usualPixels
        var work = ServerSchedule.Work(
            id: lastWork, pictures: request.count, pixels: pixels * request.count, patience: clock.now() + configuration.patience)
        var failure: ModelError?
        var pauses = 0
        schedule.add(work)
        while true {
            let server: Int
            switch try await seat(for: work) {
            case .start(_, let index): server = index
            case .giveUp: throw failure ?? unavailable(until: nil)
            case .noServer(_, let until): throw failure.map { later($0, until) } ?? unavailable(until: until)
            case .tooLarge:
                throw ModelError(
                    .outOfMemory, model: model, details: "so many pictures at once did not fit into its servers' memory lately")
            }
            let (error, outcome): (any Error, ServerSchedule.Outcome)
            do {
                let result = try await painted(by: servers[server], request, progress)
                ended(work, on: server, .painted)
                return result
            } catch let caught {
                (error, outcome) = (caught, self.outcome(of: caught))
            }
            ended(work, on: server, outcome)
            guard let error = error as? ModelError else { throw error }
            switch outcome {
            case .painted, .answered: throw error
            case .busy:
                pauses += 1
                guard pauses <= configuration.pauses else { throw error }
            case .outOfMemory, .away, .faulty: work.tried.insert(server)
            }
            if failure?.code != .outOfMemory { failure = error }
            schedule.addBack(work)
        }
    }

    private nonisolated func painted(
        by server: any ImageServer, _ request: ImageRequest, _ progress: @escaping @Sendable (ImageProgress) -> Void
    ) async throws -> ImageResult {
        let result = try await server.paint(request, progress: progress)
        let images = try PaintedPictures.checked(result.images, count: request.count, model: model, address: server.address)
        return ImageResult(images: images, seeds: result.seeds.count == images.count ? result.seeds : [])
    }

    private func ended(_ work: ServerSchedule.Work, on server: Int, _ outcome: ServerSchedule.Outcome) {
        schedule.ended(work, on: server, outcome, at: clock.now(), jitter: jitter())
        decide()
    }

    private func outcome(of error: any Error) -> ServerSchedule.Outcome {
        guard let error = error as? ModelError else { return .answered }
        switch error.code {
        case .refused, .invalidRequest: return .answered
        case .outOfMemory: return .outOfMemory
        case .unavailable: return .away
        case .failed, .invalidResponse: return .faulty
        case .rateLimited: return .busy(until: clock.now() + (error.retryAfter ?? .seconds(2)))
        }
    }
}

// Waiting for a server.
extension ServerPool {
    private func seat(for work: ServerSchedule.Work) async throws -> ServerSchedule.Assignment {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard !Task.isCancelled else {
                    schedule.remove(work.id)
                    return continuation.resume(throwing: CancellationError())
                }
                seats[work.id] = continuation
                decide()
            }
        } onCancel: {
            Task { await self.leave(work.id) }
        }
    }

    /// Somebody who waited was cancelled.
    private func leave(_ id: Int) {
        schedule.remove(id)
        seats.removeValue(forKey: id)?.resume(throwing: CancellationError())
        decide()
    }

    private func decide() {
        for assignment in schedule.decide(at: clock.now()) {
            let id =
                switch assignment {
                case .start(let work, _), .giveUp(let work), .noServer(let work, _), .tooLarge(let work): work
                }
            seats.removeValue(forKey: id)?.resume(returning: assignment)
        }
    }

    /// While anybody is being served: asks servers that were away how they are, and decides again when time has passed.
    private func keepWatch() async {
        while !Task.isCancelled {
            let now = clock.now()
            let due = schedule.probesDue(at: now)
            if due.isEmpty {
                decide()
                let next = schedule.nextMoment(after: now) ?? now + .seconds(1)
                try? await clock.sleep(until: min(next, now + .seconds(1)))
                continue
            }
            await withTaskGroup(of: (Int, Bool?).self) { group in
                for server in due { group.addTask { (server, await self.isWell(server)) } }
                for await (server, isWell) in group {
                    schedule.probed(server, isWell: isWell, at: clock.now(), jitter: jitter())
                    decide()
                }
            }
        }
    }

    private nonisolated func isWell(_ server: Int) async -> Bool? {
        do {
            _ = try await servers[server].look()
            return true
        } catch {
            return Task.isCancelled ? nil : false
        }
    }

    private func unavailable(until: Timestamp?) -> ModelError {
        let names = servers.map { "\($0.address)" }.joined(separator: ", ")
        return later(ModelError(.unavailable, model: model, details: "none of its servers can be reached: \(names)"), until)
    }

    private func later(_ error: ModelError, _ until: Timestamp?) -> ModelError {
        var error = error
        if error.retryAfter == nil, let until { error.retryAfter = max(.zero, until - clock.now()) }
        return error
    }
}
