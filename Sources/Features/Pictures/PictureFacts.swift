import Inference
import Pictures
import Support

/// What a picture carries with it of how it was made: written into our PNGs, and read from them and from those of others.
struct PictureFacts: Sendable, Hashable {
    var prompt: String?
    var negativePrompt: String?
    var seed: String?
    var model: String?
    var size: String?
    var steps: String?
    var guidance: String?
    var style: String?
    var software: String?

    init() {}

    /// - Parameter seed: nil where it means nothing.
    init(_ order: GenerateOrder, seed: UInt64?) {
        prompt = order.prompt
        negativePrompt = order.negativePrompt
        self.seed = seed.map { String($0) }
        model = order.model
        size = order.size?.description
        steps = order.steps.map { String($0) }
        guidance = order.guidance.map(DisplayText.number)
        style = order.style?.name
        software = "Troupe"
    }

    private static let keys: [(keyword: String, field: any WritableKeyPath<PictureFacts, String?> & Sendable)] = [
        ("prompt", \.prompt), ("negative prompt", \.negativePrompt), ("seed", \.seed), ("model", \.model), ("size", \.size),
        ("steps", \.steps), ("guidance", \.guidance), ("style", \.style), ("software", \.software),
    ]

    var pngText: [PNGText] { Self.keys.compactMap { key in self[keyPath: key.field].map { PNGText(key.keyword, $0) } } }

    /// Reads what Troupe wrote, or Stable Diffusion WebUI's `parameters`; nil where neither is there.
    ///
    /// Everything in it is somebody's claim: nothing keeps one from writing other words into a picture.
    init?(_ entries: [PNGText]) {
        self.init()
        let entries = Dictionary(entries.map { ($0.keyword, $0.text) }, uniquingKeysWith: { first, _ in first })
        if entries["software"] == "Troupe" {
            for key in Self.keys { self[keyPath: key.field] = entries[key.keyword].map(Self.bounded) }
        } else if let parameters = entries["parameters"] {
            self = PictureFacts(webUI: parameters)
        } else {
            return nil
        }
    }

    /// Lines of prompt, a line `Negative prompt: …`, a last line `Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, …`.
    /// Source: https://github.com/AUTOMATIC1111/stable-diffusion-webui, `infotext_utils.py`
    private init(webUI text: String) {
        self.init()
        var lines = text.split(whereSeparator: \.isNewline).prefix(500).map(String.init)
        if let last = lines.last, last.contains("Steps: ") {
            lines.removeLast()
            let values = Self.webUIValues(last)
            (steps, seed, guidance, size, model) = (values["Steps"], values["Seed"], values["CFG scale"], values["Size"], values["Model"])
        }
        let negative = lines.firstIndex { $0.hasPrefix("Negative prompt:") } ?? lines.endIndex
        prompt = Self.bounded(lines[..<negative].joined(separator: " "))
        if negative < lines.endIndex {
            negativePrompt = Self.bounded(lines[negative...].joined(separator: " ").dropFirst("Negative prompt:".count).description)
        }
        software = "Stable Diffusion WebUI"
    }

    /// `Key: value` pairs between commas; a value in quotes may hold commas.
    private static func webUIValues(_ line: String) -> [String: String] {
        var (values, pair, isQuoted): ([String: String], String, Bool) = ([:], "", false)
        for character in line.prefix(4_000) + "," {
            if character == "\"" { isQuoted.toggle() }
            guard character == ",", !isQuoted else {
                pair.append(character)
                continue
            }
            if let colon = pair.firstIndex(of: ":") {
                let key = DisplayText.oneLine(String(pair[..<colon]))
                values[key] = values[key] ?? bounded(String(pair[pair.index(after: colon)...]))
            }
            pair = ""
        }
        return values
    }

    private static func bounded(_ text: String) -> String { DisplayText.shortened(DisplayText.oneLine(text), limit: 2_000) }
}
