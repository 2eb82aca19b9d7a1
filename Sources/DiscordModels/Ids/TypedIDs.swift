/// What the ids name that has no type of its own here.
public enum Application {}

public typealias ApplicationID = Snowflake<Application>
public typealias AttachmentID = Snowflake<Attachment>
public typealias ChannelID = Snowflake<Channel>
public typealias CommandID = Snowflake<ApplicationCommand>
public typealias GuildID = Snowflake<Guild>
public typealias InteractionID = Snowflake<Interaction>
public typealias MessageID = Snowflake<Message>
public typealias RoleID = Snowflake<Role>
public typealias UserID = Snowflake<User>
public typealias WebhookID = Snowflake<Webhook>
