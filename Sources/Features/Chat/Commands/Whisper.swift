import DiscordModels
import Support

/// Why something is not done, in a sentence for the person who asked.
struct Refused: UserFacingError, Hashable {
    let userMessage: String
    init(_ userMessage: String) { self.userMessage = userMessage }
}

/// Answers that only the person sees, once they have been looked up.
struct Whisper: Sendable {
    let replies: DiscordReplies

    /// Thinks, does, then tells; what is refused is told as well.
    func later(_ body: @escaping @Sendable (ReplyAddress) async throws -> MessageEdit) -> Reaction {
        Reaction(response: .deferredMessage(ephemeral: true)) { address in
            let edit: MessageEdit
            do { edit = try await body(address) } catch let refused as Refused { edit = MessageEdit(content: refused.userMessage) }
            guard address.hasToken(at: replies.clock.now()) else { return }
            try await replies.edit(address, edit)
        }
    }
}
