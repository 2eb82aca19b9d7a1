/// What a room's tables remember of who changed what when, in one shape, so that one question can be asked of all rooms at once.
///
/// The room that owns the tables writes the SELECT; who asks joins them with UNION ALL. It has no parameters.
public struct ChangeHistory: Sendable {
    /// Columns, in this order:
    ///
    /// - `entry`: text, unique over all rooms;
    /// - `moment`: integer milliseconds;
    /// - `place`: text, where it was said: `discord`, `console`, `terminal` or `api`;
    /// - `kind`: text, what it is about;
    /// - `who`: text, the id of a Discord account, or NULL;
    /// - `guild`: integer or NULL;
    /// - `words`: text, what was done. Never what people asked a model for.
    public let select: String

    public init(_ select: String) { self.select = select }
}
