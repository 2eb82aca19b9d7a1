// Why a request for pictures was refused or failed; cancellation is Swift's CancellationError.

public enum PaintError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The prompt has more than `limit` bytes of UTF-8.
    case promptTooLong(limit: Int)
    /// The count is outside 1 ... limit.
    case badCount(limit: Int)
    /// A setting is outside what makes sense.
    case badSetting(String)
    /// The weights produced something that is not a number; the checkpoint is damaged.
    case notFinite(step: Int)

    public var description: String {
        switch self {
        case .promptTooLong(let limit): "the prompt is longer than \(limit) bytes"
        case .badCount(let limit): "the count of pictures must be between 1 and \(limit)"
        case .badSetting(let what): what
        case .notFinite(let step): "the model's logits at step \(step) are not finite: its checkpoint is damaged"
        }
    }
}
