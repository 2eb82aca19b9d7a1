/// The tables of clones. A clone is there only while its consent is: the words are in its row, and everything else hangs on it, so
/// that erasing the row erases all.
extension MemorySchema {
    static let clones = [
        """
        CREATE TABLE clones (
            id {identity},
            person {integer} NOT NULL,
            guild {integer} NOT NULL,
            name {text} NOT NULL,
            avatar {text},
            state {text} NOT NULL,
            words {text} NOT NULL,
            words_by {text} NOT NULL,
            said_in {integer},
            allowed_at {integer} NOT NULL,
            taught_at {integer},
            UNIQUE (person, guild),
            CONSTRAINT clone_state CHECK (state IN ('active', 'paused')),
            CONSTRAINT clone_words_by CHECK (words_by IN ('person', 'operator')),
            CONSTRAINT clone_words CHECK (length(words) BETWEEN 1 AND 1000),
            CONSTRAINT clone_name CHECK (length(name) BETWEEN 1 AND 80)
        ){strict}
        """,
        "CREATE INDEX clones_of_guild ON clones (guild, id)",
        """
        CREATE TABLE clone_examples (
            id {identity},
            clone {integer} NOT NULL REFERENCES clones (id) ON DELETE CASCADE,
            mark {integer} NOT NULL,
            answers {text},
            content {text} NOT NULL,
            said_at {integer},
            UNIQUE (clone, mark),
            CONSTRAINT example_size CHECK (length(content) <= 4000 AND (answers IS NULL OR length(answers) <= 4000))
        ){strict}
        """,
        """
        CREATE TABLE clone_lines (
            request_id {integer} NOT NULL PRIMARY KEY,
            clone {integer} NOT NULL REFERENCES clones (id) ON DELETE CASCADE,
            channel {integer} NOT NULL,
            message {integer},
            content {text} NOT NULL,
            said_at {integer} NOT NULL,
            CONSTRAINT line_size CHECK (length(content) <= 4000)
        ){strict}
        """,
        "CREATE INDEX clone_lines_of_clone ON clone_lines (clone, said_at)",
        "CREATE INDEX clone_lines_of_channel ON clone_lines (channel, said_at)",
        """
        CREATE TABLE clone_ratings (
            request_id {integer} NOT NULL REFERENCES clone_lines (request_id) ON DELETE CASCADE,
            person {integer} NOT NULL,
            points {integer} NOT NULL,
            PRIMARY KEY (request_id, person),
            CONSTRAINT rating_points CHECK (points IN (-1, 1))
        ){strict}
        """,
        """
        CREATE TABLE clone_stages (
            channel {integer} NOT NULL PRIMARY KEY,
            guild {integer} NOT NULL,
            body {text} NOT NULL,
            version {integer} NOT NULL,
            due_at {integer},
            CONSTRAINT stage_size CHECK (length(body) <= 65536)
        ){strict}
        """,
        "CREATE INDEX clone_stages_due ON clone_stages (due_at)",
    ]

    /// What was learnt of a person hangs on their word like the rest, so that erasing the one erases the other, wherever it runs.
    static let cloneAdapters = [
        "ALTER TABLE clones ADD COLUMN may_train {integer} NOT NULL DEFAULT 0",
        """
        CREATE TABLE clone_adapters (
            clone {integer} NOT NULL PRIMARY KEY REFERENCES clones (id) ON DELETE CASCADE,
            base {text} NOT NULL,
            settings {bytes} NOT NULL,
            weights {bytes} NOT NULL,
            examples {integer} NOT NULL,
            loss {real},
            trained_at {integer} NOT NULL,
            CONSTRAINT adapter_size CHECK (length(settings) <= 65536 AND length(weights) <= 268435456)
        ){strict}
        """,
    ]

    /// How what is learnt of a person is learnt hangs on their word too.
    static let cloneTrainings = [
        """
        CREATE TABLE clone_trainings (
            clone {integer} NOT NULL PRIMARY KEY REFERENCES clones (id) ON DELETE CASCADE,
            steps {integer} NOT NULL,
            steps_at_most {integer} NOT NULL,
            curve {text} NOT NULL,
            started_at {integer} NOT NULL,
            seen_at {integer} NOT NULL,
            ending {text},
            CONSTRAINT training_size CHECK (length(curve) <= 65536)
        ){strict}
        """
    ]
}
