import ArgumentParser
import Foundation
import Inference

/// `troupe chat`: a talk with a text model on the command line, without Discord.
struct ChatCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chat", abstract: "Talk with a chat model; its answer streams to standard output.",
        discussion: """
            With a message, it is answered and the command ends. Without one, each line of standard input is a message, and the model \
            remembers what was said. Ctrl-C stops an answer. Without --model, the first chat model of the configuration answers.
            """)

    @Argument(help: "What to say (default: lines of standard input).")
    var message: String?

    @Option(help: "A chat model of the configuration.")
    var model: String?

    @Option(help: ArgumentHelp("How the model should be, told before the talk.", valueName: "text"))
    var system: String?

    @Option(help: ArgumentHelp("A picture that goes with the first message, for a model that sees; may be repeated.", valueName: "file"))
    var image: [String] = []

    @Option(help: "At most so many tokens an answer.")
    var maxTokens: Int?

    @Option(help: "0 always takes the likeliest token; 1 is as the model learnt it.")
    var temperature: Double?

    @Option(help: "The same seed writes the same answer, where the model can.")
    var seed: UInt64?

    @Flag(help: "Show what the model thinks before it answers, on standard error.")
    var reasoning = false

    @Flag(help: "Print every piece of the answer as a line of JSON.")
    var json = false

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        if let maxTokens, maxTokens < 1 { throw ValidationError("--max-tokens must be at least 1, not \(maxTokens)") }
        if let temperature, !(0...5).contains(temperature) {
            throw ValidationError("--temperature must be 0 to 5, not \(temperature)")
        }
    }

    func run() async throws {
        let model = try ModelShelf.textModel(named: model, settings: shared.settings())
        var pictures = try image.map { try PictureFile.png($0) }
        var talk = Talk(
            model: model, options: TextOptions(maxTokens: maxTokens, temperature: temperature, seed: seed),
            printer: AnswerPrinter(model: model.card.name, json: json, reasoning: reasoning))
        if let system { talk.messages.append(ChatMessage(.system, system)) }

        let interrupts = await Interrupts()
        if let message {
            let wasStopped = try await talk.say(ChatMessage(.user, message, images: pictures), interrupts)
            if wasStopped { throw ExitCode(130) }
            return
        }
        for await line in StandardInput.lines(prompt: "> ") {
            guard let line else { break }
            if line.allSatisfy(\.isWhitespace) { continue }
            let wasStopped = try await talk.say(ChatMessage(.user, line, images: pictures), interrupts)
            if wasStopped, !Terminal.isInteractive { throw ExitCode(130) }
            pictures = []
        }
    }
}

/// A conversation at the terminal.
struct Talk {
    let model: any TextModel
    let options: TextOptions
    let printer: AnswerPrinter
    var messages: [ChatMessage] = []

    /// Says something and prints the answer while it is written.
    ///
    /// - Returns: whether the answer was stopped; what had come of it is remembered.
    mutating func say(_ message: ChatMessage, _ interrupts: Interrupts) async throws -> Bool {
        messages.append(message)
        try await forgetWhatDoesNotFit()
        let request = TextRequest(messages: messages, options: options)
        let writing = Task { [model, printer] in try await printer.print(model.stream(request)) }
        interrupts.handle { writing.cancel() }
        defer { interrupts.handle(nil) }
        let (answer, isComplete) = try await writing.value
        printer.end()
        messages.append(ChatMessage(.assistant, answer))
        return !isComplete
    }

    /// Drops the oldest turns until the rest leaves room for an answer.
    private mutating func forgetWhatDoesNotFit() async throws {
        let room = model.card.contextTokens - min(options.maxTokens ?? 512, model.card.contextTokens / 2)
        while messages.count > 2, try await model.countTokens(messages) > room {
            let oldest = messages[0].role == .system ? 1 : 0
            messages.removeSubrange(oldest..<min(oldest + 2, messages.count - 1))
        }
    }
}
