import Memory
import Support

/// A task that can be used: a saved one, or one that is built in.
struct KnownTask: Sendable, Hashable {
    var name: String
    var content: TaskContent
    /// Nil: built in.
    var saved: SavedTask?

    /// For people.
    var origin: String { saved.map { "version \($0.version)" } ?? "built in" }
}

/// All tasks that can be used somewhere: the guild's own, and those that are built in.
struct TaskShelf: Sendable {
    let store: TaskStore
    let builtIn = BuiltInTasks.standard

    /// - Throws: ``TaskRefusal`` when there is none of that name.
    func task(named name: String, of home: TaskHome) async throws -> KnownTask {
        if let content = builtIn.tasks[name] { return KnownTask(name: name, content: content) }
        guard let saved = try await store.task(named: name, of: home) else { throw TaskRefusal.noSuchTask(name) }
        return KnownTask(name: name, content: saved.content, saved: saved)
    }

    /// The built-in ones first, the others by name.
    func tasks(of home: TaskHome) async throws -> [KnownTask] {
        let first = ["caption", "unconditional", "instruct"].compactMap { name in
            builtIn.tasks[name].map { KnownTask(name: name, content: $0) }
        }
        return first + (try await store.tasks(of: home)).map { KnownTask(name: $0.name, content: $0.content, saved: $0) }
    }

    /// - Throws: ``TaskProblem`` when one is not kept any more.
    func pictures(_ digests: [String]) async throws -> [TaskPicture] {
        let others = try await store.pictures(digests.filter { builtIn.pictures[$0] == nil })
        return try digests.map { digest in
            guard let picture = builtIn.pictures[digest] ?? others[digest] else {
                throw TaskProblem("A picture of this task's examples is not kept any more. Ask again.")
            }
            return picture
        }
    }

    /// - Throws: ``TaskProblem`` for the name of a built-in task.
    func checkIsOurs(_ name: String) throws(TaskProblem) {
        guard builtIn.tasks[name] != nil else { return }
        throw TaskProblem("`\(name)` is built in and stays as it is. `/task export` and `/task import` make a copy of it that is yours.")
    }

    /// Names with what was typed so far in them, those that begin with it first.
    func names(holding typed: String, of home: TaskHome, savedOnly: Bool = false) async -> [KnownTask] {
        let known = ((try? await tasks(of: home)) ?? []).filter { !savedOnly || $0.saved != nil }
        let typed = typed.lowercased()
        let matching = typed.isEmpty ? known : known.filter { $0.name.contains(typed) }
        return matching.filter { $0.name.hasPrefix(typed) } + matching.filter { !$0.name.hasPrefix(typed) }
    }
}
