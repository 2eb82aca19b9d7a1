import Inference
import Logging
import Pictures
import Support
import Synchronization

/// A model that paints one plain colour a seed, as told: it may run out of memory, refuse, wait, or send rubbish.
final class PlainPainter: ImageModel {
    struct Behaviour: Sendable {
        /// More pictures at a time are out of memory.
        var roomFor = 9
        var error: ModelError?
        /// What it sends instead of pictures.
        var rubbish: [UInt8]?
        /// Begins painting only when this has happened.
        var gate: Gate?
        /// Errors are over after this many calls.
        var failures = Int.max
        /// What it shows of the unfinished picture.
        var preview: [UInt8]?
    }

    let card: ImageModelCard
    private let behaviour: Behaviour
    private let asked = Mutex<[ImageRequest]>([])

    init(name: String = "plain", _ behaviour: Behaviour = Behaviour(), knownWords: Set<String>? = nil) {
        card = ImageModelCard(name: name, summary: "One colour", expectedSecondsPerImage: 0.5, knownWords: knownWords)
        self.behaviour = behaviour
    }

    /// One that follows every wish.
    init(able name: String, _ behaviour: Behaviour = Behaviour()) {
        var abilities = ImageModelCard.Abilities()
        abilities.negativePrompt = true
        abilities.sizes = [.init(width: 64, height: 64), .init(width: 96, height: 64), .init(width: 64, height: 96)]
        abilities.steps = 1...50
        abilities.guidance = 1...20
        abilities.initialImage = true
        card = ImageModelCard(name: name, summary: "Follows every wish", expectedSecondsPerImage: 0.5, abilities: abilities)
        self.behaviour = behaviour
    }

    /// One whose card says that it paints so many at a time.
    init(card maximumCount: Int) {
        card = ImageModelCard(name: "plain", summary: "One colour", maximumCount: maximumCount)
        behaviour = Behaviour()
    }

    /// What it was asked for so far.
    var requests: [ImageRequest] { asked.withLock { $0 } }

    func generate(_ request: ImageRequest, progress: @escaping @Sendable (ImageProgress) -> Void) async throws -> ImageResult {
        let calls = asked.withLock { asked in
            asked.append(request)
            return asked.count
        }
        progress(ImageProgress(fraction: 0.5, preview: behaviour.preview))
        if let gate = behaviour.gate { try await gate.pass() }
        if let error = behaviour.error, calls <= behaviour.failures { throw error }
        if request.count > behaviour.roomFor { throw ModelError(.outOfMemory, model: card.name, details: "no room") }
        let seeds = (0..<request.count).map { request.seed &+ UInt64($0) }
        let images = try seeds.map { try behaviour.rubbish ?? Self.picture(seed: $0) }
        progress(ImageProgress(fraction: 1))
        return ImageResult(images: images, seeds: seeds)
    }

    /// 32×32 pixels of the seed's colour.
    static func picture(seed: UInt64) throws -> [UInt8] {
        let colour = [UInt8(truncatingIfNeeded: seed &* 37), UInt8(truncatingIfNeeded: seed &* 91 &+ 11), 128]
        return try Picture(width: 32, height: 32, pixels: Array(repeatElement(colour, count: 32 * 32).joined())).png()
    }
}

/// Holds whoever comes until it is opened.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func pass() async throws {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let passes = state.withLock { state in
                    if state.isOpen || Task.isCancelled { return true }
                    state.waiting.append(continuation)
                    return false
                }
                if passes { continuation.resume() }
            }
        } onCancel: {
            open()
        }
        try Task.checkCancellation()
    }
}

/// Says nothing.
let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
