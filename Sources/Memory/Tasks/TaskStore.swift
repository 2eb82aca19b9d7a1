import Storage
import Support

/// The tasks of all guilds: made, changed, gone back on. Every change is one transaction, made by somebody who may make it,
/// and kept as a version of its own, so that two people at once cannot spoil each other's work and nothing is lost by mistake.
public struct TaskStore: Sendable {
    let database: Database

    public init(_ database: Database) { self.database = database }

    // MARK: Looking

    /// All of a home, by name.
    public func tasks(of home: TaskHome) async throws -> [SavedTask] {
        try await database.read { tx in
            try tx.rows("SELECT * FROM tasks WHERE home = ? AND removed_at IS NULL ORDER BY name", home).map { try SavedTask($0) }
        }
    }

    public func task(named name: String, of home: TaskHome) async throws -> SavedTask? {
        try await database.read { try $0.task(named: name, of: home) }
    }

    /// The pictures of these digests that are kept.
    public func pictures(_ digests: some Sequence<String> & Sendable) async throws -> [String: TaskPicture] {
        let wanted = Set(digests)
        return try await database.read { tx in
            var found: [String: TaskPicture] = [:]
            for digest in wanted {
                if let row = try tx.row("SELECT * FROM task_pictures WHERE digest = ?", digest) { found[digest] = try TaskPicture(row) }
            }
            return found
        }
    }

    /// The latest changes of a task, newest first, also of one that was removed.
    public func changes(ofTaskNamed name: String, of home: TaskHome, limit: Int) async throws -> [TaskChange] {
        try await database.read { tx in
            guard let id = try tx.latestTask(named: name, of: home)?.task.id else { throw TaskRefusal.noSuchTask(name) }
            return try tx.rows("SELECT * FROM task_versions WHERE task = ? ORDER BY version DESC LIMIT ?", id, limit).map {
                try TaskChange($0)
            }
        }
    }

    // MARK: Changing

    /// Makes a task.
    ///
    /// - Parameter pictures: those that its examples name.
    /// - Throws: ``TaskRefusal``.
    @discardableResult
    public func create(
        _ name: String, of home: TaskHome, _ content: TaskContent, pictures: [TaskPicture] = [], kind: TaskChange.Kind = .created,
        by actor: TaskActor, at now: Timestamp
    ) async throws -> SavedTask {
        try await database.write { tx in
            if let done = try tx.task(changedBy: actor.request) { return done }
            guard Self.isName(name) else { throw TaskRefusal.badName }
            guard try tx.task(named: name, of: home) == nil else { throw TaskRefusal.exists(name) }
            try tx.removeOldTasks(of: home, before: now - .seconds(86_400 * Int64(TaskLimits.daysRemoved)))
            let count = try tx.value(Int.self, sql: "SELECT COUNT(*) FROM tasks WHERE home = ? AND removed_at IS NULL", home) ?? 0
            guard count < TaskLimits.tasks else { throw TaskRefusal.tooManyTasks }
            try content.check()
            let row = try tx.row(
                "INSERT INTO tasks (home, name, owner, version, body, changed_at) VALUES (?, ?, ?, 1, ?, ?) RETURNING *", home, name,
                actor.person, try json(content), now)
            guard let task = try row.map({ try SavedTask($0) }) else { throw TaskRefusal.noSuchTask(name) }
            try tx.keep(task, kind, by: actor, pictures: pictures)
            return task
        }
    }

    /// Changes what a task says.
    ///
    /// - Parameters:
    ///   - pictures: those that its examples name anew.
    ///   - change: changes the content, or throws why not. May be called again.
    /// - Throws: ``TaskRefusal``; nothing has changed then.
    @discardableResult
    public func change(
        _ name: String, of home: TaskHome, _ kind: TaskChange.Kind, pictures: [TaskPicture] = [], by actor: TaskActor, at now: Timestamp,
        _ change: @escaping @Sendable (inout TaskContent) throws -> Void
    ) async throws -> SavedTask {
        try await database.write { tx in
            if let done = try tx.task(changedBy: actor.request) { return done }
            guard var task = try tx.task(named: name, of: home) else { throw TaskRefusal.noSuchTask(name) }
            if kind == .shared {
                guard actor.owns(task) else { throw TaskRefusal.onlyOwner(name) }
            } else {
                guard actor.mayChange(task) else { throw TaskRefusal.notAllowed(name) }
            }
            try change(&task.content)
            try task.content.check()
            task.version += 1
            task.changedAt = now
            try tx.save(task, kind, by: actor, pictures: pictures)
            return task
        }
    }

    /// Takes a task away. It can be brought back for ``TaskLimits/daysRemoved`` days.
    public func remove(_ name: String, of home: TaskHome, by actor: TaskActor, at now: Timestamp) async throws {
        try await database.write { tx in
            guard try tx.task(changedBy: actor.request) == nil else { return }
            guard var task = try tx.task(named: name, of: home) else { throw TaskRefusal.noSuchTask(name) }
            guard actor.owns(task) else { throw TaskRefusal.onlyOwner(name) }
            task.version += 1
            task.changedAt = now
            try tx.save(task, .removed, by: actor, pictures: [], removedAt: now)
        }
    }

    /// Goes back to the state before the latest change that was not gone back on already; again and again, version by version.
    ///
    /// - Returns: the task as it is now, and the change that was undone.
    public func undo(
        _ name: String, of home: TaskHome, by actor: TaskActor, at now: Timestamp
    ) async throws -> (task: SavedTask, undone: TaskChange) {
        try await database.write { tx in
            if let done = try tx.task(changedBy: actor.request), let version = try tx.version(done.version, of: done.id) {
                return (done, try TaskChange(version))
            }
            guard let (found, isRemoved) = try tx.latestTask(named: name, of: home) else { throw TaskRefusal.noSuchTask(name) }
            var task = found
            guard isRemoved ? actor.owns(task) : actor.mayChange(task) else { throw TaskRefusal.notAllowed(name) }
            /// The version whose state holds at a version.
            func base(_ version: Int) throws -> Int {
                try tx.value(
                    Int.self, sql: "SELECT COALESCE(restores, version) FROM task_versions WHERE task = ? AND version = ?", task.id, version)
                    ?? version
            }
            let current = try base(task.version)
            guard current > 1, let undone = try tx.version(current, of: task.id),
                let earlier = try tx.version(try base(current - 1), of: task.id)
            else { throw TaskRefusal.nothingToUndo }
            let kind = try undone.choice("kind") as TaskChange.Kind
            guard kind != .shared || actor.owns(task) else { throw TaskRefusal.onlyOwner(name) }
            task.content = try earlier.decode("body")
            task.version += 1
            task.changedAt = now
            try tx.save(task, .undone, restores: try earlier.get("version"), by: actor, pictures: [])
            return (task, try TaskChange(undone))
        }
    }

    /// Small letters, digits, `-` and `_`.
    public static func isName(_ name: String) -> Bool {
        TaskLimits.name.contains(name.utf8.count)
            && name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 95 }
    }
}
