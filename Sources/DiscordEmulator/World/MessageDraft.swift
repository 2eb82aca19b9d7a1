/// What a checked request asks a message to be. `nil` means: not mentioned, leave it.
struct MessageDraft: Sendable {
    struct Attachment: Sendable {
        /// A file of this request by its index, or one that the message already has.
        enum Source: Sendable {
            case file(Int)
            case kept(ID)
        }
        var source: Source
        var filename: String?
        var description: String?
        var isSpoiler = false
    }

    struct AllowedMentions: Sendable {
        var parsesUsers = false
        var parsesRoles = false
        var parsesEveryone = false
        var users: Set<ID> = []
        var roles: Set<ID> = []
        var repliedUser = false
    }

    struct Reference: Sendable {
        var messageID: ID
        var channelID: ID?
        var failsIfMissing = true
    }

    var content: String?
    var embeds: [JSON]?
    var components: [JSON]?
    var flags: MessageRecord.Flags?
    var allowedMentions: AllowedMentions?
    var attachments: [Attachment]?
    var files: [UploadedFile] = []
    var nonce: JSON?
    var enforcesNonce = false
    var reference: Reference?
    var isTTS = false
    var webhookName: String?
    var webhookAvatarURL: String?
}

/// A file of a multipart request, or one that a person dropped on the page.
struct UploadedFile: Sendable {
    /// The n of `files[n]`.
    var index: Int
    var filename: String
    var contentType: String?
    var bytes: [UInt8]
}
