import DiscordModels
import Inference
import Support

/// What was asked, as far as it can be checked without knowing the guild's settings. Nil is "as usual".
struct GenerateInput: Sendable, Hashable {
    var prompt: String
    var count: Int?
    var seed: UInt64?
    var model: String?
    var negativePrompt: String?
    var size: SizeWish?
    var steps: Int?
    var guidance: Double?
    var style: String?
    /// A picture to start from.
    var image: Attachment?
    var strength: Double?
    var isSpoiler: Bool?
}

/// A size as people say it.
enum SizeWish: Sendable, Hashable {
    case exactly(ImageSize)
    /// Width to height.
    case ratio(width: Int, height: Int)

    /// Reads `768x512`, `3:2`, `square`, `portrait`, `landscape`, `wide`, `tall`.
    init?(_ text: String) {
        let text = text.trimmingPrefix { $0.isWhitespace }.lowercased()
        if let size = ImageSize(text) {
            self = .exactly(size)
            return
        }
        switch text {
        case "square": self = .ratio(width: 1, height: 1)
        case "portrait": self = .ratio(width: 2, height: 3)
        case "landscape": self = .ratio(width: 3, height: 2)
        case "tall": self = .ratio(width: 9, height: 16)
        case "wide": self = .ratio(width: 16, height: 9)
        default:
            let parts = text.split(separator: ":")
            guard parts.count == 2, let width = Int(parts[0]), let height = Int(parts[1]), (1...100).contains(width),
                (1...100).contains(height)
            else { return nil }
            self = .ratio(width: width, height: height)
        }
    }

    /// The size of these that comes nearest; nil where that exact one is not among them.
    func choose(from sizes: [ImageSize]) -> ImageSize? {
        switch self {
        case .exactly(let size): return sizes.first { $0 == size }
        case .ratio(let width, let height):
            func distance(_ size: ImageSize) -> Double {
                let ratio = Double(size.width * height) / Double(size.height * width)
                return ratio < 1 ? 1 / ratio : ratio
            }
            return sizes.min { distance($0) < distance($1) }
        }
    }
}
