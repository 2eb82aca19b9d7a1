import Support

/// What an interaction carries: a command with its options, a component with its values, or a modal with its fields.
///
/// One type for all three, as on the wire; which fields are there follows from the interaction's kind.
public struct InteractionData: Sendable, Hashable, Codable {
    /// Command: its id and name.
    public var id: CommandID?
    public var name: String?
    public var commandKind: ApplicationCommand.Kind?
    public var options: [InteractionOption]?
    /// Command: what the option values name.
    public var resolved: ResolvedData?
    /// User and message commands: what was clicked.
    public var targetID: String?
    /// Component and modal.
    public var customID: String?
    public var componentKind: Int?
    /// Select menus: what was chosen.
    public var values: [String]?
    /// Modal: its fields as filled in.
    public var components: [Component]?

    public init(
        id: CommandID? = nil, name: String? = nil, commandKind: ApplicationCommand.Kind? = nil, options: [InteractionOption]? = nil,
        resolved: ResolvedData? = nil, targetID: String? = nil, customID: String? = nil, componentKind: Int? = nil, values: [String]? = nil,
        components: [Component]? = nil
    ) {
        self.id = id
        self.name = name
        self.commandKind = commandKind
        self.options = options
        self.resolved = resolved
        self.targetID = targetID
        self.customID = customID
        self.componentKind = componentKind
        self.values = values
        self.components = components
    }

    enum CodingKeys: String, CodingKey {
        case id, name, options, resolved, values, components
        case commandKind = "type"
        case targetID = "target_id"
        case customID = "custom_id"
        case componentKind = "component_type"
    }
}

/// An option as the user filled it in.
public struct InteractionOption: Sendable, Hashable, Codable {
    public var name: String
    public var kind: CommandOption.Kind
    /// A string, an integer, a number or a boolean; ids are strings.
    public var value: JSONValue?
    /// Of sub-commands.
    public var options: [InteractionOption]?
    /// Autocomplete: the user is typing this one.
    public var isFocused: Bool?

    public init(
        name: String, kind: CommandOption.Kind, value: JSONValue? = nil, options: [InteractionOption]? = nil, isFocused: Bool? = nil
    ) {
        self.name = name
        self.kind = kind
        self.value = value
        self.options = options
        self.isFocused = isFocused
    }

    enum CodingKeys: String, CodingKey {
        case name, value, options
        case kind = "type"
        case isFocused = "focused"
    }
}

/// The users, channels, messages and files that option values name, by id.
public struct ResolvedData: Sendable, Hashable, Codable {
    public var users: [UserID: User]?
    public var members: [UserID: Member]?
    public var channels: [ChannelID: Channel]?
    public var roles: [RoleID: Role]?
    public var messages: [MessageID: Message]?
    public var attachments: [AttachmentID: Attachment]?

    public init(
        users: [UserID: User]? = nil, members: [UserID: Member]? = nil, channels: [ChannelID: Channel]? = nil, roles: [RoleID: Role]? = nil,
        messages: [MessageID: Message]? = nil, attachments: [AttachmentID: Attachment]? = nil
    ) {
        self.users = users
        self.members = members
        self.channels = channels
        self.roles = roles
        self.messages = messages
        self.attachments = attachments
    }
}
