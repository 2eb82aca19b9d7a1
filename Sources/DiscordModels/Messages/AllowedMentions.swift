/// Whom a message may ping. The default is nobody, whatever its text says; pinging takes an explicit word.
/// Source: https://discord.com/developers/docs/resources/message#allowed-mentions-object
public struct AllowedMentions: Sendable, Hashable, Codable {
    public enum Kind: String, Sendable, Hashable, Codable {
        case everyone, roles, users
    }

    /// Sorts of mentions that ping as the text says.
    public var parse: [Kind]
    /// Users who may be pinged though ``parse`` does not name users.
    public var users: [UserID]?
    public var roles: [RoleID]?
    /// Whether the author of the message that is replied to is pinged.
    public var repliedUser: Bool?

    public init(parse: [Kind] = [], users: [UserID]? = nil, roles: [RoleID]? = nil, repliedUser: Bool? = nil) {
        self.parse = parse
        self.users = users
        self.roles = roles
        self.repliedUser = repliedUser
    }

    /// No ping at all.
    public static let nobody = AllowedMentions()

    /// These users and nobody else.
    public static func only(_ users: UserID...) -> AllowedMentions { AllowedMentions(users: users) }

    enum CodingKeys: String, CodingKey {
        case parse, users, roles
        case repliedUser = "replied_user"
    }
}
