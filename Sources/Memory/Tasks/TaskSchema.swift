import Storage

/// The tables of tasks. They state what must hold: a name is one task's in its guild, every version is kept with who made
/// it, and a picture stays for as long as a kept version names it.
public enum TaskSchema {
    public static let schema = Schema(
        module: "tasks",
        migrations: [
            .init(
                1, "tasks and their versions",
                [
                    """
                    CREATE TABLE tasks (
                        id {identity},
                        home {integer} NOT NULL,
                        name {text} NOT NULL,
                        owner {integer} NOT NULL,
                        version {integer} NOT NULL,
                        body {text} NOT NULL,
                        changed_at {integer} NOT NULL,
                        removed_at {integer},
                        CONSTRAINT task_name CHECK (length(name) BETWEEN 1 AND 32),
                        CONSTRAINT task_version CHECK (version >= 1),
                        CONSTRAINT task_size CHECK (length(body) <= 65536)
                    ){strict}
                    """,
                    "CREATE UNIQUE INDEX tasks_by_name ON tasks (home, name) WHERE removed_at IS NULL",
                    "CREATE INDEX tasks_of_owner ON tasks (owner)",
                    """
                    CREATE TABLE task_versions (
                        task {integer} NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
                        version {integer} NOT NULL,
                        kind {text} NOT NULL,
                        restores {integer},
                        person {integer} NOT NULL,
                        request_id {integer} UNIQUE,
                        body {text} NOT NULL,
                        changed_at {integer} NOT NULL,
                        PRIMARY KEY (task, version),
                        CONSTRAINT version_restores CHECK (
                            (kind = 'undone') = (restores IS NOT NULL) AND (restores IS NULL OR restores < version))
                    ){strict}
                    """,
                    "CREATE INDEX task_versions_of_person ON task_versions (person)",
                    """
                    CREATE TABLE task_pictures (
                        digest {text} NOT NULL PRIMARY KEY,
                        content_type {text} NOT NULL,
                        bytes {bytes} NOT NULL,
                        CONSTRAINT picture_size CHECK (length(bytes) BETWEEN 1 AND 524288)
                    ){strict}
                    """,
                    """
                    CREATE TABLE task_picture_uses (
                        task {integer} NOT NULL,
                        version {integer} NOT NULL,
                        digest {text} NOT NULL REFERENCES task_pictures (digest),
                        PRIMARY KEY (task, version, digest),
                        FOREIGN KEY (task, version) REFERENCES task_versions (task, version) ON DELETE CASCADE
                    ){strict}
                    """,
                    "CREATE INDEX task_picture_uses_of_picture ON task_picture_uses (digest)",
                    """
                    CREATE TABLE task_drafts (
                        id {integer} NOT NULL PRIMARY KEY,
                        person {integer} NOT NULL,
                        body {text} NOT NULL,
                        made_at {integer} NOT NULL,
                        CONSTRAINT draft_size CHECK (length(body) <= 65536)
                    ){strict}
                    """,
                    "CREATE INDEX task_drafts_by_age ON task_drafts (made_at)",
                ])
        ])
}
