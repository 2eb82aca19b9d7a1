import DiscordModels
import Support

/// A whole answer, ready to be sent by whatever way is open.
struct RenderedAnswer: Sendable, Hashable {
    var content: String
    var components: [Component] = []
    var files: [FileUpload] = []
    var embeds: [Embed] = []
    /// What becomes of the price that was put aside for the request, where there is one.
    var payment = Payment.void
    /// What was charged, a line of its own at the end; and what it says if the files cannot be sent, for then nothing is charged.
    var receipt: String?
    var receiptWithoutFiles: String?

    /// The words with the receipt under them, which is never cut off.
    private func text(after call: String = "") -> String {
        let end = receipt.map { "\n" + $0 } ?? ""
        return call + DisplayText.shortened(content, limit: Limits.content - call.utf16.count - end.utf16.count) + end
    }

    /// In place of the interaction's original response.
    var edit: MessageEdit {
        MessageEdit(
            content: text(), embeds: embeds.isEmpty ? nil : embeds, components: components, files: files, keptAttachments: [])
    }

    /// As a message of its own, when the interaction's token is of no use any more: calls the user, and only them.
    func message(to user: UserID, nonce: RequestID) -> OutgoingMessage {
        OutgoingMessage(
            content: text(after: "<@\(user)> "), embeds: embeds, components: components, allowedMentions: .only(user), files: files,
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
