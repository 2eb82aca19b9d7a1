/// A command that cannot go on: one plain sentence for the person at the terminal, exit status 1.
struct CommandFailure: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}
