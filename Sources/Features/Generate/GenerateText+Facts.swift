import Inference
import Jobs
import Support

// How something was painted, for who wants to know: of our own paintings from the record, of other pictures from what is
// written in them.
extension GenerateText {
    static func facts(_ order: GenerateOrder, _ summary: GenerateSummary?, job: Job) -> String {
        let seeds = summary?.isRepeatable == false ? [] : summary?.seeds ?? [order.seed]
        var lines = [
            line("Prompt", DisplayText.escaped(order.prompt, limit: 600)),
            line("Not wanted", order.negativePrompt.map { DisplayText.escaped($0, limit: 300) }),
            line("Model", "`\(order.model.replacing("`", with: "'"))`"),
            line(seeds.count == 1 ? "Seed" : "Seeds", seeds.map { "`\($0)`" }.joined(separator: " ")),
            line("Size", order.size?.description), line("Steps", order.steps.map { "\($0)" }),
            line("Guidance", order.guidance.map(DisplayText.number)),
            line("Style", order.style.map { DisplayText.escaped("\($0.name): \($0.words)", limit: 200) }),
        ]
        if let start = order.start {
            lines.append(line("Started from", start.index.map { "picture \($0 + 1) of an earlier painting" } ?? "a given picture"))
            lines.append(line("Strength", DisplayText.number(start.strength)))
        }
        lines.append(line("Asked", "<t:\(job.createdAt.millisecondsSinceEpoch / 1_000):f> by <@\(job.user ?? "0")>"))
        lines.append(line("Painted in", summary.map { DisplayText.span(.milliseconds($0.milliseconds)) }))
        return lines.compactMap(\.self).joined(separator: "\n")
    }

    /// Of a picture that somebody found.
    static func facts(_ facts: PictureFacts?, format: String, width: Int, height: Int, isAnimated: Bool) -> String {
        var lines = ["\(format.uppercased()), \(width)×\(height)\(isAnimated ? ", moving; only its first frame is looked at" : "")"]
        guard let facts else {
            lines.append("Nothing in it says how it was made. Pictures that were saved from a screen, or shrunk on the way, lose that.")
            return lines.joined(separator: "\n")
        }
        lines += [
            line("Made by", facts.software.map { DisplayText.escaped($0, limit: 60) }),
            line("Prompt", facts.prompt.map { DisplayText.escaped($0, limit: 500) }),
            line("Not wanted", facts.negativePrompt.map { DisplayText.escaped($0, limit: 200) }),
            line("Model", facts.model.map { DisplayText.escaped($0, limit: 80) }),
            line("Seed", facts.seed.map { DisplayText.escaped($0, limit: 40) }),
            line("Size", facts.size.map { DisplayText.escaped($0, limit: 40) }),
            line("Steps", facts.steps.map { DisplayText.escaped($0, limit: 40) }),
            line("Guidance", facts.guidance.map { DisplayText.escaped($0, limit: 40) }),
            line("Style", facts.style.map { DisplayText.escaped($0, limit: 60) }),
            "-# As it is written in the picture; anybody can write there.",
        ].compactMap(\.self)
        return lines.joined(separator: "\n")
    }

    private static func line(_ name: String, _ value: String?) -> String? { value.flatMap { $0.isEmpty ? nil : "**\(name):** \($0)" } }
}
