extension DiscordAPIError {
    /// Discord's number for what is wrong; values unknown here are kept.
    ///
    /// Source: https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
    public struct Code: RawRepresentable, Sendable, Hashable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }
        public static let none = Self(rawValue: 0)
        public static let unknownChannel = Self(rawValue: 10_003)
        public static let unknownGuild = Self(rawValue: 10_004)
        public static let unknownMessage = Self(rawValue: 10_008)
        public static let unknownUser = Self(rawValue: 10_013)
        public static let unknownWebhook = Self(rawValue: 10_015)
        public static let unknownEntitlement = Self(rawValue: 10_029)
        public static let unknownInteraction = Self(rawValue: 10_062)
        public static let unknownCommand = Self(rawValue: 10_063)
        public static let tooManyCommandsToday = Self(rawValue: 30_034)
        public static let tooManyEditsOfOldMessage = Self(rawValue: 30_046)
        public static let requestTooLarge = Self(rawValue: 40_005)
        public static let alreadyAcknowledged = Self(rawValue: 40_060)
        public static let missingAccess = Self(rawValue: 50_001)
        public static let cannotMessageUser = Self(rawValue: 50_007)
        public static let missingPermissions = Self(rawValue: 50_013)
        public static let invalidWebhookToken = Self(rawValue: 50_027)
        public static let invalidForm = Self(rawValue: 50_035)
        public static let threadExists = Self(rawValue: 160_004)
    }

    /// The interaction's three seconds are over, or it was never there.
    public var isUnknownInteraction: Bool { code == .unknownInteraction }
    /// The interaction has been answered before.
    public var isAlreadyAcknowledged: Bool { code == .alreadyAcknowledged }
    /// The interaction's fifteen minutes are over, or the webhook's token is wrong.
    public var isInvalidWebhookToken: Bool { code == .invalidWebhookToken }
    public var isUnknownWebhook: Bool { code == .unknownWebhook }
    public var isUnknownMessage: Bool { code == .unknownMessage }
    public var isUnknownChannel: Bool { code == .unknownChannel }
    /// The bot may not do this here.
    public var isForbidden: Bool {
        status == 403 || code == .missingAccess || code == .missingPermissions || code == .cannotMessageUser
    }

    /// The interaction's token no longer opens anything: say it by a message instead.
    public var isInteractionGone: Bool {
        kind == .expired || isUnknownInteraction || isInvalidWebhookToken || isUnknownWebhook
    }
}
