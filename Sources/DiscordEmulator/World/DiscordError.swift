import OrderedCollections
import Support

/// A refusal in Discord's own words: HTTP status, JSON error code, message, and for bad forms the tree of fields.
struct DiscordError: Error, Sendable {
    var status: Int
    var code: Int
    var message: String
    var errors: JSON?
    /// Of a limit that is no rate limit of a route: when to try again.
    var retryAfter: Duration?

    init(_ status: Int, _ code: Int, _ message: String, errors: JSON? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors
    }

    var body: JSON {
        var body: JSONObject = ["message": .string(message), "code": .int(code)]
        if let errors { body["errors"] = errors }
        if let retryAfter {
            body["retry_after"] = .double(Double(retryAfter.milliseconds) / 1_000)
            body["global"] = false
        }
        return .object(body)
    }

    // General.
    static let unauthorized = DiscordError(401, 0, "401: Unauthorized")
    static let notFound = DiscordError(404, 0, "404: Not Found")
    static let methodNotAllowed = DiscordError(405, 0, "405: Method Not Allowed")
    static let badJSON = DiscordError(400, 50109, "The request body contains invalid JSON.")
    static let tooLarge = DiscordError(413, 40005, "Request entity too large")

    // Things that are not there.
    static let unknownApplication = DiscordError(404, 10002, "Unknown Application")
    static let unknownChannel = DiscordError(404, 10003, "Unknown Channel")
    static let unknownGuild = DiscordError(404, 10004, "Unknown Guild")
    static let unknownMember = DiscordError(404, 10007, "Unknown Member")
    static let unknownMessage = DiscordError(404, 10008, "Unknown Message")
    static let unknownRole = DiscordError(404, 10011, "Unknown Role")
    static let unknownUser = DiscordError(404, 10013, "Unknown User")
    static let unknownEmoji = DiscordError(400, 10014, "Unknown Emoji")
    static let unknownWebhook = DiscordError(404, 10015, "Unknown Webhook")
    static let unknownInteraction = DiscordError(404, 10062, "Unknown interaction")
    static let unknownEntitlement = DiscordError(404, 10029, "Unknown entitlement")
    static let unknownSKU = DiscordError(404, 10027, "Unknown SKU")
    static let unknownTag = DiscordError(400, 10087, "Unknown tag")
    static let unknownCommand = DiscordError(404, 10063, "Unknown application command")

    // Not allowed.
    static let notForBots = DiscordError(403, 20001, "Bots cannot use this endpoint")
    static let missingAccess = DiscordError(403, 50001, "Missing Access")
    static let cannotEditOthers = DiscordError(403, 50005, "Cannot edit a message authored by another user")
    static let emptyMessage = DiscordError(400, 50006, "Cannot send an empty message")
    static let cannotMessageUser = DiscordError(403, 50007, "Cannot send messages to this user")
    static let nonTextChannel = DiscordError(400, 50008, "Cannot send messages in a non-text channel")
    static let missingPermissions = DiscordError(403, 50013, "Missing Permissions")
    static let invalidWebhookToken = DiscordError(401, 50027, "Invalid Webhook Token")
    static let systemMessage = DiscordError(403, 50021, "Cannot execute action on a system message")
    static let threadArchived = DiscordError(400, 50083, "Thread is archived")
    static let threadLocked = DiscordError(403, 160_005, "Thread is locked")
    static let threadExists = DiscordError(400, 160_004, "A thread has already been created for this message")
    static let tooManyThreads = DiscordError(400, 160_006, "Maximum number of active threads reached")
    static let tagRequired = DiscordError(400, 40067, "A tag is required to create a forum post in this channel")
    static let bulkDeleteTooOld = DiscordError(400, 50034, "You can only bulk delete messages that are under 14 days old.")
    static let cannotDoInChannelType = DiscordError(400, 50024, "Cannot execute action on this channel type")
    static let tooManyWebhooks = DiscordError(400, 30007, "Maximum number of webhooks reached (15)")
    static let webhookThreadMissing = DiscordError(
        400, 220_001, "Webhooks posted to forum channels must have a thread_name or thread_id")
    static let webhookThreadTwice = DiscordError(
        400, 220_002, "Webhooks posted to forum channels cannot have both a thread_name and thread_id")
    static let webhookThreadElsewhere = DiscordError(400, 220_003, "Webhooks can only create threads in forum channels")
    static let notConsumable = DiscordError(400, 50035, "Invalid Form Body: only entitlements of consumable SKUs can be consumed")
    static let consumedAlready = DiscordError(400, 50035, "Invalid Form Body: this entitlement has been consumed already")
    static let noTestEntitlement = DiscordError(400, 50035, "Invalid Form Body: test entitlements exist for subscription SKUs only")
    static let tooManyRoles = DiscordError(400, 30005, "Maximum number of guild roles reached (250)")
    static let tooManyPins = DiscordError(400, 30003, "Maximum number of pins reached (50)")
    static let tooManyReactions = DiscordError(400, 30010, "Maximum number of reactions reached (20)")
    static let alreadyAcknowledged = DiscordError(400, 40060, "Interaction has already been acknowledged.")
    static let tooManyFollowups = DiscordError(400, 40094, "Interaction has exceeded the maximum number of follow up messages")

    static func tooManyOldEdits(retryAfter: Duration) -> DiscordError {
        limit(30046, "Maximum number of edits to messages older than 1 hour reached. Try again later.", retryAfter)
    }

    static func tooManyCommandCreations(_ limit: Int, retryAfter: Duration) -> DiscordError {
        self.limit(30034, "Max number of daily application command creates has been reached (\(limit))", retryAfter)
    }

    private static func limit(_ code: Int, _ message: String, _ retryAfter: Duration) -> DiscordError {
        var error = DiscordError(429, code, message)
        error.retryAfter = retryAfter
        return error
    }

    /// One wrong field, named by its path.
    static func form(_ path: [String], _ code: String, _ message: String) -> DiscordError {
        var tree = ErrorTree()
        tree.add(path, code, message)
        return tree.error ?? notFound
    }
}

/// The `errors` object of code 50035: one branch for each wrong field, leaves under `_errors`.
struct ErrorTree: Sendable {
    private var root = JSON.empty
    private(set) var count = 0

    mutating func add(_ path: [String], _ code: String, _ message: String) {
        count += 1
        root = Self.inserting(["code": .string(code), "message": .string(message)], at: path[...], in: root)
    }

    var error: DiscordError? { count == 0 ? nil : DiscordError(400, 50035, "Invalid Form Body", errors: root) }

    private static func inserting(_ leaf: JSON, at path: ArraySlice<String>, in node: JSON) -> JSON {
        var members = node.object ?? [:]
        if let first = path.first {
            members[first] = inserting(leaf, at: path.dropFirst(), in: members[first] ?? .empty)
        } else {
            members["_errors"] = .array((members["_errors"]?.array ?? []) + [leaf])
        }
        return .object(members)
    }
}
