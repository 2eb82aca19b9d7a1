import DiscordModels
import Inference
import Support

// From what Discord's client sent to what was asked. The client checks most of this; a client of one's own, or Discord on a
// bad day, does not.
extension GenerateCommand {
    func parse(_ data: InteractionData?) throws(Refusal) -> GenerateInput {
        let options = data?.options ?? []
        func value(_ name: String) -> JSONValue? { options.first { $0.name == name }?.value }
        func text(_ name: String) -> String? { value(name)?.string.map(DisplayText.oneLine).flatMap { $0.isEmpty ? nil : $0 } }
        var input = GenerateInput(prompt: try Self.prompt(value("prompt")?.string ?? ""))
        input.count = try Self.count(value("count"))
        input.seed = try Self.seed(value("seed"))
        input.model = text("model")
        input.style = text("style")
        input.negativePrompt = try Self.negative(text("negative"))
        input.size = try Self.size(text("size"))
        if let steps = value("steps") { input.steps = try Self.steps(steps) }
        if let guidance = value("guidance") { input.guidance = try Self.number(guidance, "guidance") }
        if let strength = value("strength") { input.strength = try Self.number(strength, "strength") }
        if let strength = input.strength, !(0...1).contains(strength) {
            throw Refusal("The strength must be from 0 to 1.")
        }
        input.isSpoiler = value("spoiler")?.bool
        if let id = value("image")?.string.flatMap({ AttachmentID($0) }) {
            guard let image = data?.resolved?.attachments?[id] else {
                throw Refusal("Discord did not tell me where your picture is. Try again.")
            }
            input.image = image
        }
        return input
    }

    static func prompt(_ text: String) throws(Refusal) -> String {
        let prompt = DisplayText.oneLine(text)
        let length = prompt.unicodeScalars.count
        guard length >= promptLength.lowerBound else {
            throw Refusal("The prompt is empty. Say what to paint, for instance: `two red circles above a blue square`.")
        }
        guard length <= promptLength.upperBound else {
            throw Refusal("The prompt has \(length) characters; at most \(promptLength.upperBound) are read. Shorten it.")
        }
        return prompt
    }

    static func negative(_ text: String?) throws(Refusal) -> String? {
        guard let text, !DisplayText.oneLine(text).isEmpty else { return nil }
        let negative = DisplayText.oneLine(text)
        guard negative.unicodeScalars.count <= promptLength.upperBound else {
            throw Refusal("What should not be there is too long; at most \(promptLength.upperBound) characters are read.")
        }
        return negative
    }

    static func size(_ text: String?) throws(Refusal) -> SizeWish? {
        guard let text else { return nil }
        guard let size = SizeWish(text) else {
            throw Refusal(
                "I do not understand the size \(DisplayText.escaped(text, limit: 40)). Write it as 768x512, 3:2, square, portrait or wide.")
        }
        return size
    }

    /// - Parameter value: nil where nothing was said.
    static func count(_ value: JSONValue?) throws(Refusal) -> Int? {
        guard let value else { return nil }
        guard let count = value.integer, counts.contains(Int(clamping: count)) else {
            throw Refusal("The count must be a whole number from \(counts.lowerBound) to \(counts.upperBound).")
        }
        return Int(count)
    }

    static func seed(_ value: JSONValue?) throws(Refusal) -> UInt64? {
        guard let value else { return nil }
        guard let seed = value.integer.flatMap(UInt64.init(exactly:)), seed <= largestSeed else {
            throw Refusal("The seed must be a whole number from 0 to \(largestSeed).")
        }
        return seed
    }

    private static func steps(_ value: JSONValue) throws(Refusal) -> Int {
        guard let steps = value.integer.flatMap(Int.init(exactly:)), steps > 0 else {
            throw Refusal("The steps must be a whole number.")
        }
        return steps
    }

    private static func number(_ value: JSONValue, _ name: String) throws(Refusal) -> Double {
        guard let number = value.double, number.isFinite else { throw Refusal("The \(name) must be a number.") }
        return number
    }
}
