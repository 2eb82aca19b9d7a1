import Storage
import Support

/// Whose task it is: a guild's, or one person's own in direct messages. Snowflakes of both never meet.
public struct TaskHome: MemoryKey {
    public let rawValue: UInt64
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// - Parameter guild: nil in direct messages.
    public init(guild: UInt64?, person: PersonKey) { self.init(rawValue: guild ?? person.rawValue) }
}

/// A role of a guild.
public struct RoleKey: MemoryKey {
    public let rawValue: UInt64
    public init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// How a model is to answer about pictures: a list of examples under a name, as it is now.
public struct SavedTask: Sendable, Hashable {
    public var id: Int64
    public var home: TaskHome
    public var name: String
    /// Who made it.
    public var owner: PersonKey
    public var content: TaskContent
    /// Counts its changes from 1.
    public var version: Int
    public var changedAt: Timestamp
}

/// What a task says; what a version keeps.
public struct TaskContent: Sendable, Hashable, Codable {
    /// One line for the picker.
    public var summary: String
    /// What is asked about a picture unless something else is asked; may hold `<image>` once.
    public var prompt: String
    /// Whether prompts are instructions to follow, and not the beginning of what is written.
    public var isInstruction: Bool
    public private(set) var examples: [TaskExample]
    /// Who may change it beside its owner.
    public var managers: [PersonKey]
    public var managingRoles: [RoleKey]
    /// The number that the next example gets.
    public private(set) var nextNumber: Int

    public init(summary: String = "", prompt: String = "", isInstruction: Bool = false) {
        self.summary = summary
        self.prompt = prompt
        self.isInstruction = isInstruction
        examples = []
        managers = []
        managingRoles = []
        nextNumber = 1
    }

    /// Adds an example at the end; its number stays its own for good.
    @discardableResult
    public mutating func add(picture: String, prompt: String?, answer: String, by person: PersonKey?) -> Int {
        defer { nextNumber += 1 }
        examples.append(TaskExample(number: nextNumber, picture: picture, prompt: prompt, answer: answer, addedBy: person))
        return nextNumber
    }

    /// - Throws: ``TaskRefusal`` when there is no such example.
    public mutating func edit(_ number: Int, _ change: (inout TaskExample) -> Void) throws(TaskRefusal) {
        guard let index = examples.firstIndex(where: { $0.number == number }) else { throw .noSuchExample(number) }
        change(&examples[index])
    }

    /// - Throws: ``TaskRefusal`` when there is no such example.
    public mutating func remove(_ number: Int) throws(TaskRefusal) {
        guard let index = examples.firstIndex(where: { $0.number == number }) else { throw .noSuchExample(number) }
        examples.remove(at: index)
    }

    /// The same without a person's name.
    mutating func forget(_ person: PersonKey) {
        managers.removeAll { $0 == person }
        for index in examples.indices where examples[index].addedBy == person { examples[index].addedBy = nil }
    }
}

/// A picture and what is to be said of it.
public struct TaskExample: Sendable, Hashable, Codable {
    /// From 1, never used twice in a task.
    public let number: Int
    /// The digest of its picture: see ``TaskPicture``.
    public var picture: String
    /// Nil: the task's own.
    public var prompt: String?
    public var answer: String
    public var addedBy: PersonKey?

    public func prompt(in content: TaskContent) -> String { prompt ?? content.prompt }
}

/// A picture of examples, kept once however many name it.
public struct TaskPicture: Sendable, Hashable {
    /// SHA-256 of the bytes, in hexadecimal.
    public var digest: String
    public var contentType: String
    public var bytes: [UInt8]
}
