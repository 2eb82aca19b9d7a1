import ArgumentParser
import Foundation
import Inference
import Pictures
import Synchronization

/// `troupe paint`: pictures from the command line, without Discord.
struct PaintCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "paint", abstract: "Paint pictures and write them to a file.",
        discussion: "Several pictures are laid out as one grid. Without --model, the first model of the configuration paints.")

    @Argument(help: "What to paint.")
    var prompt: String

    @Option(name: [.customShort("n"), .long], help: "How many pictures, 1 to 9.")
    var count = 4

    @Option(help: "The first picture's seed; the same seed paints the same pictures (default: drawn by lot).")
    var seed: UInt64?

    @Option(help: ArgumentHelp("A model of the configuration, or the folder of a checkpoint.", valueName: "name or folder"))
    var model: String?

    @Option(help: ArgumentHelp("What should not be there.", valueName: "text"))
    var negative: String?

    @Option(help: ArgumentHelp("One of the model's sizes, as 768x512.", valueName: "width x height"))
    var size: String?

    @Option(help: "How many steps, where the model takes them.")
    var steps: Int?

    @Option(help: "How closely to follow the prompt, where the model can be told.")
    var guidance: Double?

    @Option(help: ArgumentHelp("A picture to start from.", valueName: "file"))
    var from: String?

    @Option(help: "How much of that picture may change, 0 to 1.")
    var strength = 0.6

    @Option(name: .shortAndLong, help: ArgumentHelp("The PNG file to write.", valueName: "file"))
    var output = "troupe.png"

    @Flag(help: "Print what was painted as JSON.")
    var json = false

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        guard (1...9).contains(count) else { throw ValidationError("--count must be 1 to 9, not \(count)") }
        guard (1...1_000).contains(prompt.count) else {
            throw ValidationError("the prompt must have 1 to 1000 characters, not \(prompt.count)")
        }
        if let size, ImageSize(size) == nil { throw ValidationError("--size must be a width and a height, as 768x512, not \(size)") }
        guard (0...1).contains(strength) else { throw ValidationError("--strength must be 0 to 1, not \(strength)") }
    }

    func run() async throws {
        let painter = try ModelShelf.imageModel(named: model, settings: shared.settings())
        guard count <= painter.card.maximumCount else {
            throw ValidationError("\(painter.card.name) paints at most \(painter.card.maximumCount) pictures at a time")
        }
        let request = try request()
        let clock = ContinuousClock()
        let start = clock.now
        let result: ImageResult
        // A server is told to stop, which takes a moment.
        let interrupts = await Interrupts()
        let painting = Task { try await painter.generate(request) { Terminal.progress("painting", fraction: $0.fraction) } }
        interrupts.handle { painting.cancel() }
        defer { interrupts.handle(nil) }
        do {
            result = try await painting.value
        } catch let error as ModelError {
            Terminal.endProgress()
            throw CommandFailure("\(error.model): \(error.details)")
        } catch is CancellationError {
            Terminal.endProgress()
            throw ExitCode(130)
        }
        Terminal.endProgress()
        let seconds = (clock.now - start) / .seconds(1)

        let grid = try Picture.grid(result.images.map { try Picture(decoding: $0) })
        let text = [
            PNGText("prompt", prompt), PNGText("seed", String(request.seed)), PNGText("model", painter.card.name),
            PNGText("software", "Troupe"),
        ]
        do { try Data(grid.png(text: text)).write(to: URL(filePath: output), options: .atomic) } catch let error as CocoaError {
            throw CommandFailure("\(output) cannot be written: \(error.localizedDescription)")
        }
        if json {
            let receipt = Receipt(file: output, model: painter.card.name, seeds: result.seeds, seconds: seconds)
            Terminal.say(String(decoding: try JSONEncoder().encode(receipt), as: UTF8.self))
        } else {
            Terminal.say(
                "\(output): \(count == 1 ? "1 picture" : "\(count) pictures") by \(painter.card.name), seed \(request.seed), in \(String(format: "%.1f", seconds)) s"
            )
        }
    }

    private func request() throws -> ImageRequest {
        var request = ImageRequest(
            prompt: prompt, count: count, seed: seed ?? UInt64(UInt32.random(in: .min ... .max)), negativePrompt: negative,
            size: size.flatMap { ImageSize($0) }, steps: steps, guidance: guidance, workID: "paint-\(UUID().uuidString.lowercased())")
        if let from {
            let bytes = try PictureFile.png(from)
            request.initialImage = .init(bytes: bytes, strength: strength)
        }
        return request
    }

    private struct Receipt: Encodable {
        var file: String
        var model: String
        var seeds: [UInt64]
        var seconds: Double
    }
}
