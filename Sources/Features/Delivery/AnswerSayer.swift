import DiscordModels
import Support

/// Says the answers of one feature in its own way, where an answer is more than one message in place of a response.
protocol AnswerSayer: Sendable {
    /// The envelope's `feature`.
    var feature: String { get }
    /// May be called again for the same answer, which must then not be said twice.
    ///
    /// - Parameter isRetry: whether an earlier attempt may have got through unnoticed.
    /// - Returns: the id of the message that holds the answer.
    /// - Throws: ``Speaker/NoWay`` when there is no way and will be none.
    func say(_ envelope: AnswerEnvelope, for requestID: RequestID, isRetry: Bool) async throws -> MessageID
}
