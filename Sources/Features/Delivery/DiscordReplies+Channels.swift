import Discord
import DiscordModels
import Support

// What is said in channels, and done to messages there.

extension DiscordReplies {
    /// Shows progress in a message that is there: soon, or never if something newer comes first.
    func progress(_ edit: MessageEdit, in message: MessageID, _ channel: ChannelID, of requestID: RequestID) {
        let address = MessageAddress.message(message, in: channel)
        outbox.progress(edit, at: address, watch: answers.watch(requestID, at: address))
    }

    /// The last word in a message that is there. One try.
    func edit(_ message: MessageID, in channel: ChannelID, _ edit: MessageEdit) async throws -> Message {
        try await outbox.deliver(edit, at: .message(message, in: channel), patience: .zero)
    }

    /// "… is typing", without promise.
    func showTyping(in channel: ChannelID) async { await quietly { try await rest.showTyping(in: channel) } }

    func openThread(on message: MessageID, in channel: ChannelID, named name: String) async throws -> ChannelID {
        try await rest.openThread(on: message, in: channel, named: name)
    }
}
