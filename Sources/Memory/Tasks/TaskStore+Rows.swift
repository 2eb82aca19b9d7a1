import Storage
import Support

// How tasks, their versions and pictures lie in the tables.

extension SavedTask {
    init(_ row: SQLRow) throws {
        self.init(
            id: try row.get("id"), home: try row.get("home"), name: try row.get("name"), owner: try row.get("owner"),
            content: try row.decode("body"), version: try row.get("version"), changedAt: try row.get("changed_at"))
    }
}

extension TaskPicture {
    init(_ row: SQLRow) throws {
        self.init(digest: try row.get("digest"), contentType: try row.get("content_type"), bytes: try row.get("bytes"))
    }
}

extension TaskChange {
    init(_ row: SQLRow) throws {
        let person: PersonKey = try row.get("person")
        let content: TaskContent = try row.decode("body")
        self.init(
            version: try row.get("version"), kind: try row.choice("kind"), person: person.rawValue == 0 ? nil : person,
            at: try row.get("changed_at"), restores: try row.get("restores"), exampleCount: content.examples.count)
    }
}

extension Transaction {
    func task(named name: String, of home: TaskHome) throws -> SavedTask? {
        try row("SELECT * FROM tasks WHERE home = ? AND name = ? AND removed_at IS NULL", home, name).map { try SavedTask($0) }
    }

    /// The task of that name, else the one that was removed last.
    func latestTask(named name: String, of home: TaskHome) throws -> (task: SavedTask, isRemoved: Bool)? {
        if let task = try task(named: name, of: home) { return (task, false) }
        return try row("SELECT * FROM tasks WHERE home = ? AND name = ? ORDER BY removed_at DESC, id DESC LIMIT 1", home, name).map {
            (try SavedTask($0), true)
        }
    }

    /// The task that this request has changed before.
    func task(changedBy request: RequestID?) throws -> SavedTask? {
        guard let request else { return nil }
        return try row("SELECT t.* FROM tasks t JOIN task_versions v ON v.task = t.id WHERE v.request_id = ?", request).map {
            try SavedTask($0)
        }
    }

    func version(_ version: Int, of task: Int64) throws -> SQLRow? {
        try row("SELECT * FROM task_versions WHERE task = ? AND version = ?", task, version)
    }

    /// Writes a task that was changed, and what it was changed to as a version.
    func save(
        _ task: SavedTask, _ kind: TaskChange.Kind, restores: Int? = nil, by actor: TaskActor, pictures: [TaskPicture],
        removedAt: Timestamp? = nil
    ) throws {
        let clash = try value(
            Int64.self, sql: "SELECT id FROM tasks WHERE home = ? AND name = ? AND removed_at IS NULL AND id <> ?", task.home, task.name,
            task.id)
        guard clash == nil else { throw TaskRefusal.nameTakenSince(task.name) }
        try execute(
            "UPDATE tasks SET version = ?, body = ?, changed_at = ?, removed_at = ? WHERE id = ?", task.version, try json(task.content),
            task.changedAt, removedAt, task.id)
        try keep(task, kind, restores: restores, by: actor, pictures: pictures)
    }

    /// Notes a version; those that are too old to go back to are dropped, with the pictures that only they had.
    func keep(_ task: SavedTask, _ kind: TaskChange.Kind, restores: Int? = nil, by actor: TaskActor, pictures: [TaskPicture]) throws {
        for picture in pictures {
            guard (1...TaskLimits.pictureBytes).contains(picture.bytes.count) else { throw TaskRefusal.pictureTooLarge }
            try execute(
                "INSERT INTO task_pictures (digest, content_type, bytes) VALUES (?, ?, ?) ON CONFLICT (digest) DO NOTHING", picture.digest,
                picture.contentType, picture.bytes)
        }
        try execute(
            """
            INSERT INTO task_versions (task, version, kind, restores, person, request_id, body, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """, task.id, task.version, kind.rawValue, restores, actor.person, actor.request, try json(task.content), task.changedAt)
        for digest in Set(task.content.examples.map(\.picture)) {
            try execute(
                "INSERT INTO task_picture_uses (task, version, digest) VALUES (?, ?, ?)", task.id, task.version, digest)
        }
        let oldest = task.version - TaskLimits.versions
        guard oldest >= 1 else { return }
        if try execute("DELETE FROM task_versions WHERE task = ? AND version <= ?", task.id, oldest) > 0 { try removeUnusedPictures() }
    }

    func removeOldTasks(of home: TaskHome, before moment: Timestamp) throws {
        if try execute("DELETE FROM tasks WHERE home = ? AND removed_at < ?", home, moment) > 0 { try removeUnusedPictures() }
    }

    func removeUnusedPictures() throws {
        try execute(
            "DELETE FROM task_pictures WHERE NOT EXISTS (SELECT 1 FROM task_picture_uses u WHERE u.digest = task_pictures.digest)")
    }
}
