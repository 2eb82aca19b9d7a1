/// A message to send: into a channel, as a first answer, as a followup, or by a webhook.
///
/// `allowed_mentions` always goes over the wire, and says "nobody" unless told otherwise.
/// Source: https://discord.com/developers/docs/resources/message#create-message
public struct OutgoingMessage: Sendable, Hashable, Encodable {
    /// Up to 2,000 characters.
    public var content: String?
    public var embeds: [Embed]
    public var components: [Component]
    public var allowedMentions: AllowedMentions
    public var flags: MessageFlags
    /// Files go beside the JSON; the description of file n bears n as its id.
    public var files: [FileUpload]
    /// In channels: what it replies to.
    public var reference: MessageReference?
    /// In channels: at most 25 characters. Discord drops a second message with the same nonce for a few minutes.
    public var nonce: String?
    /// By webhook: the name and the picture of the persona that speaks.
    public var username: String?
    public var avatarURL: String?

    public init(
        content: String? = nil, embeds: [Embed] = [], components: [Component] = [], allowedMentions: AllowedMentions = .nobody,
        flags: MessageFlags = [], files: [FileUpload] = [], reference: MessageReference? = nil, nonce: String? = nil,
        username: String? = nil,
        avatarURL: String? = nil
    ) {
        self.content = content
        self.embeds = embeds
        self.components = components
        self.allowedMentions = allowedMentions
        self.flags = flags
        self.files = files
        self.reference = reference
        self.nonce = nonce
        self.username = username
        self.avatarURL = avatarURL
    }

    enum CodingKeys: String, CodingKey {
        case content, embeds, components, flags, attachments, nonce, username
        case allowedMentions = "allowed_mentions"
        case reference = "message_reference"
        case enforceNonce = "enforce_nonce"
        case avatarURL = "avatar_url"
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(content, forKey: .content)
        if !embeds.isEmpty { try container.encode(embeds, forKey: .embeds) }
        if !components.isEmpty { try container.encode(components, forKey: .components) }
        try container.encode(allowedMentions, forKey: .allowedMentions)
        if !flags.isEmpty { try container.encode(flags, forKey: .flags) }
        if !files.isEmpty { try container.encode(AttachmentDescription.of(files), forKey: .attachments) }
        try container.encodeIfPresent(reference, forKey: .reference)
        if let nonce {
            try container.encode(nonce, forKey: .nonce)
            try container.encode(true, forKey: .enforceNonce)
        }
        try container.encodeIfPresent(username, forKey: .username)
        try container.encodeIfPresent(avatarURL, forKey: .avatarURL)
    }
}
