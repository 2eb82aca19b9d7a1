import Support

/// One entry of a task's history.
public struct TaskChange: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case created, added, edited, exampleRemoved = "example-removed", shared, imported, removed, undone
    }

    public var version: Int
    public var kind: Kind
    /// Nil where the person had their name taken out.
    public var person: PersonKey?
    public var at: Timestamp
    /// Of an undoing: the version whose state it brought back.
    public var restores: Int?
    /// Examples after it.
    public var exampleCount: Int
}
