import DiscordModels
import Support

/// Says the answers of one feature in its own way, where an answer is more than one message in place of a response.
protocol AnswerSayer: Sendable {
    /// The envelope's `feature`.
    var feature: String { get }
    /// May be called again for the same answer, which must then not be said twice.
    ///
    /// - Parameters:
    ///   - receipt: the line under an answer that tells what was paid for it; nil where nothing was put aside.
    ///   - isRetry: whether an earlier attempt may have got through unnoticed.
    /// - Returns: the id of the message that holds the answer, and what it means for what was put aside.
    /// - Throws: ``Speaker/NoWay`` when there is no way and will be none.
    func say(
        _ envelope: AnswerEnvelope, for requestID: RequestID, receipt: (Payment) -> String?, isRetry: Bool
    ) async throws -> (message: MessageID, payment: Payment)
}
