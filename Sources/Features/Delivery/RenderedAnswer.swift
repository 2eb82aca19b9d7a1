import DiscordModels
import Support

/// A whole answer, ready to be sent by whatever way is open.
struct RenderedAnswer: Sendable, Hashable {
    var content: String
    var components: [Component] = []
    var files: [FileUpload] = []

    /// In place of the interaction's original response.
    var edit: MessageEdit { MessageEdit(content: content, components: components, files: files, keptAttachments: []) }

    /// As a message of its own, when the interaction's token is of no use any more: calls the user, and only them.
    func message(to user: UserID, nonce: RequestID) -> OutgoingMessage {
        OutgoingMessage(
            content: "<@\(user)> \(content)", components: components, allowedMentions: .only(user), files: files,
            nonce: nonce.description)
    }
}

/// Makes the answers of one feature from what lies in the outbox. Pictures come from the recorded output, never from a model.
protocol AnswerRenderer: Sendable {
    /// The envelope's `feature`.
    var feature: String { get }
    func render(_ envelope: AnswerEnvelope, for requestID: RequestID) async throws -> RenderedAnswer
    /// The request that one of our messages answers, where its buttons tell; nil if they do not.
    func request(answeredBy components: [Component]) -> RequestID?
}
