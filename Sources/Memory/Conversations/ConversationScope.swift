/// Who shares a memory: the named scopes in which the bot remembers a conversation.
public enum ConversationScope: String, Sendable, Hashable, Codable, CaseIterable {
    /// A message and those it answers, up to the first; branches freely.
    case replyChain = "reply_chain"
    /// One thread, everybody in it.
    case thread
    /// One person in one channel.
    case personInChannel = "person_in_channel"
    /// Everybody in one channel, told apart by name.
    case everyoneInChannel = "everyone_in_channel"
}
