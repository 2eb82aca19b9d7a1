import Inference

/// How many tokens a text takes where nobody has the model's tokenizer: a guess that is rather too high than too low.
///
/// Counted as vocabularies of 32,000 pieces and more cut text: words in pieces of about four letters, digits and signs alone,
/// other scripts by the bytes of their characters.
enum TokenEstimate {
    /// What a chat template adds to each message.
    private static let perMessage = 8
    /// A picture of up to a million pixels, in the models that take the most for it.
    private static let perImage = 1_500

    static func tokens(_ messages: [ChatMessage]) -> Int {
        messages.reduce(perMessage) { $0 + perMessage + tokens($1.content) } + tokens(ofImages: messages)
    }

    static func tokens(ofImages messages: [ChatMessage]) -> Int { messages.reduce(0) { $0 + perImage * $1.images.count } }

    static func tokens(_ text: String) -> Int {
        var tokens = 0.0
        var run = 0
        func endRun() {
            tokens += Double((run + 3) / 4)
            run = 0
        }
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 65...90, 97...122: run += 1
            case 32:
                endRun()
                tokens += 0.1
            default:
                endRun()
                switch UTF8.width(scalar) {
                case 1: tokens += 1
                case 2: tokens += 0.8
                case 3: tokens += 1.5
                default: tokens += 3
                }
            }
        }
        endRun()
        return Int((tokens * 1.1).rounded(.up))
    }
}
