import Storage

// What tasks know of one person.

extension TaskStore {
    /// How many tasks are theirs.
    public func count(of person: PersonKey) async throws -> Int {
        try await database.read { tx in
            try tx.value(sql: "SELECT COUNT(*) FROM tasks WHERE home = ? OR owner = ?", person, person) ?? 0
        }
    }

    /// Takes a person's name out of everything, and removes what was theirs alone: the tasks of their direct messages.
    ///
    /// A guild's tasks stay the guild's, with nobody as their owner.
    /// - Returns: how many tasks and versions named them.
    @discardableResult
    public func erase(_ person: PersonKey) async throws -> Int {
        try await database.write { tx in
            var count = try tx.execute("DELETE FROM tasks WHERE home = ?", person)
            try tx.removeUnusedPictures()
            try tx.execute("DELETE FROM task_drafts WHERE person = ?", person)
            let mark = "%\"\(person)\"%"
            for row in try tx.rows("SELECT id, body FROM tasks WHERE owner = ? OR body LIKE ?", person, mark) {
                var content: TaskContent = try row.decode("body")
                content.forget(person)
                let id: Int64 = try row.get("id")
                count += try tx.execute("UPDATE tasks SET body = ? WHERE id = ?", try json(content), id)
            }
            try tx.execute("UPDATE tasks SET owner = 0 WHERE owner = ?", person)
            for row in try tx.rows("SELECT task, version, body FROM task_versions WHERE person = ? OR body LIKE ?", person, mark) {
                var content: TaskContent = try row.decode("body")
                content.forget(person)
                let (task, version): (Int64, Int) = (try row.get("task"), try row.get("version"))
                count += try tx.execute(
                    "UPDATE task_versions SET body = ? WHERE task = ? AND version = ?", try json(content), task, version)
            }
            try tx.execute("UPDATE task_versions SET person = 0 WHERE person = ?", person)
            return count
        }
    }
}
