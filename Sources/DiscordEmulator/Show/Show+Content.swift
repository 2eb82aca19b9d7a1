import OrderedCollections

/// What a bot without the message content intent reads: its own words, direct messages, and what mentions it. Of everything else it
/// gets the message without its content.
extension World {
    func mayRead(_ message: MessageRecord, _ applicationID: ID) -> Bool {
        message.guildID == nil || message.authorID == applicationID || message.applicationID == applicationID
            || message.mentionIDs.contains(applicationID)
    }

    /// A shown message as an application may read it, with the one it answers.
    func readable(_ shown: JSON, of message: MessageRecord, by applicationID: ID, hasIntent: Bool) -> JSON {
        if hasIntent { return shown }
        var shown = mayRead(message, applicationID) ? shown : Self.blanked(shown)
        if let answered = message.reference?.messageID.flatMap({ messages[$0] }), !mayRead(answered, applicationID),
            let inner = shown["referenced_message"], !inner.isNull
        {
            shown = shown.merging(["referenced_message": Self.blanked(inner)])
        }
        return shown
    }

    /// A message as REST answers an application, for which the intent is or is not switched on.
    func showReadable(_ message: MessageRecord, by applicationID: ID) -> JSON {
        let hasIntent = applications[applicationID]?.disallowedIntents.contains(.messageContent) != true
        return readable(show(message, for: applicationID), of: message, by: applicationID, hasIntent: hasIntent)
    }

    private static func blanked(_ shown: JSON) -> JSON {
        shown.merging(["content": "", "embeds": [], "attachments": [], "components": []])
    }
}
