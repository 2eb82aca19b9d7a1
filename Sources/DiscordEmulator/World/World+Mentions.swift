import OrderedCollections

/// Who is mentioned by a text, and whom of them the sender allowed to be.
extension World {
    func findMentions(in message: inout MessageRecord, allowed: MessageDraft.AllowedMentions?) {
        let found = Self.mentions(in: message.content)
        var mentioned = found.users.filter { id in
            users[id] != nil && (allowed.map { $0.parsesUsers || $0.users.contains(id) } ?? true)
        }
        if let reference = message.reference, allowed?.repliedUser ?? true,
            let author = reference.messageID.flatMap({ messages[$0] })?.authorID,
            users[author] != nil, !mentioned.contains(author)
        {
            mentioned.append(author)
        }
        message.mentionIDs = mentioned
        let roles = message.guildID.flatMap { guilds[$0]?.roles.map(\.id) } ?? []
        message.mentionRoleIDs = found.roles.filter { id in
            roles.contains(id) && (allowed.map { $0.parsesRoles || $0.roles.contains(id) } ?? true)
        }
        let mayMentionEveryone = channels[message.channelID].map {
            permissions(of: message.authorID, in: $0).contains(.mentionEveryone)
        }
        message.mentionsEveryone = found.everyone && (allowed?.parsesEveryone ?? true) && (mayMentionEveryone ?? false)
    }

    /// The mentions that a text holds, each once, in order.
    static func mentions(in text: String) -> (users: [ID], roles: [ID], everyone: Bool) {
        var users: [ID] = []
        var roles: [ID] = []
        // By hand, for every message comes by here: `<@1>`, `<@!1>`, `<@&1>`.
        for part in text.utf8.split(separator: UInt8(ascii: "<"), omittingEmptySubsequences: false).dropFirst() {
            guard part.first == UInt8(ascii: "@"), let end = part.firstIndex(of: UInt8(ascii: ">")) else { continue }
            var digits = part[..<end].dropFirst()
            let isRole = digits.first == UInt8(ascii: "&")
            if isRole || digits.first == UInt8(ascii: "!") { digits = digits.dropFirst() }
            guard let id = ID(Substring(digits)) else { continue }
            if isRole {
                if !roles.contains(id) { roles.append(id) }
            } else if !users.contains(id) {
                users.append(id)
            }
        }
        return (users, roles, text.contains("@everyone") || text.contains("@here"))
    }
}
