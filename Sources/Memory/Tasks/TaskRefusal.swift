import Support

/// Why a task is not made or changed, in a sentence for the person who asked.
public enum TaskRefusal: UserFacingError, Hashable {
    case badName
    case exists(String)
    case noSuchTask(String)
    case noSuchExample(Int)
    case notAllowed(String)
    case onlyOwner(String)
    case tooManyTasks
    case tooManyExamples
    case tooManyManagers
    case tooLong(String, length: Int, limit: Int)
    case unreadable(String)
    case noAnswer
    case pictureTooLarge
    case nothingToUndo
    case nameTakenSince(String)

    public var userMessage: String {
        switch self {
        case .badName: "A task's name has 1 to 32 small letters, digits, `-` and `_`, for instance `count-apples`."
        case .exists(let name): "There is a task called `\(name)` already. Pick another name, or add to that one."
        case .noSuchTask(let name): "There is no task called `\(name)` here. `/task list` shows all."
        case .noSuchExample(let number): "This task has no example \(number). `/task show` shows all with their numbers."
        case .notAllowed(let name):
            "Only the owner of `\(name)`, its managers, and people who may manage this server can change it."
        case .onlyOwner(let name): "Only the owner of `\(name)`, and people who may manage this server, can do that."
        case .tooManyTasks: "There are \(TaskLimits.tasks) tasks here, and more are not kept. Remove one first."
        case .tooManyExamples: "A task has at most \(TaskLimits.examples) examples. Remove one first."
        case .tooManyManagers: "A task has at most \(TaskLimits.managers) managers. Take one away first."
        case .tooLong(let what, let length, let limit): "The \(what) has \(length) characters; at most \(limit) are kept. Shorten it."
        case .unreadable(let what): "The \(what) has characters in it that cannot be kept."
        case .noAnswer: "An example needs an answer: what should be said about its picture?"
        case .pictureTooLarge: "The picture of an example is too large, even made smaller."
        case .nothingToUndo: "There is nothing to undo: this task is as it was first kept."
        case .nameTakenSince(let name): "There is another task called `\(name)` by now. Remove that one first."
        }
    }
}

/// Who wants to change a task, and by which request.
public struct TaskActor: Sendable, Hashable {
    public var person: PersonKey
    public var roles: Set<RoleKey>
    /// Whether they may manage the guild.
    public var managesGuild: Bool
    /// A request changes one task once, however often it is repeated.
    public var request: RequestID?

    public init(person: PersonKey, roles: Set<RoleKey> = [], managesGuild: Bool = false, request: RequestID? = nil) {
        self.person = person
        self.roles = roles
        self.managesGuild = managesGuild
        self.request = request
    }

    /// Whether it is theirs to give away and to remove.
    public func owns(_ task: SavedTask) -> Bool { managesGuild || task.owner == person }

    /// Whether they may change what is in it.
    public func mayChange(_ task: SavedTask) -> Bool {
        owns(task) || task.content.managers.contains(person) || !roles.isDisjoint(with: task.content.managingRoles)
    }
}
