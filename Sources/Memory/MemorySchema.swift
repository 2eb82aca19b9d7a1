import Storage

/// The tables of this room. They state what must hold: a turn goes on only from a turn of its own conversation, a request is
/// asked and answered once in a conversation, a message belongs to one turn.
public enum MemorySchema {
    public static let schema = Schema(
        module: "memory",
        migrations: [
            .init(1, "consents and settings", consents),
            .init(2, "conversations", conversations),
            .init(3, "exchanges", exchanges),
            .init(4, "clones", clones),
            .init(5, "adapters of clones", cloneAdapters),
            .init(6, "trainings of clones", cloneTrainings),
        ])

    private static let consents = [
        """
        CREATE TABLE consents (
            person {integer} NOT NULL,
            guild {integer} NOT NULL,
            purpose {text} NOT NULL,
            given_at {integer} NOT NULL,
            given_by {text} NOT NULL,
            withdrawn_at {integer},
            withdrawn_by {text},
            PRIMARY KEY (person, guild, purpose),
            CONSTRAINT consent_purpose CHECK (purpose IN ('history', 'clone')),
            CONSTRAINT consent_given CHECK (given_by IN ('command', 'message', 'button')),
            CONSTRAINT consent_withdrawn CHECK (
                (withdrawn_at IS NULL) = (withdrawn_by IS NULL)
                AND (withdrawn_by IS NULL OR withdrawn_by IN ('command', 'message', 'button', 'operator')))
        ){strict}
        """,
        """
        CREATE TABLE conversation_settings (
            level {text} NOT NULL,
            holder {integer} NOT NULL,
            body {text} NOT NULL,
            changed_by {integer},
            changed_at {integer} NOT NULL,
            PRIMARY KEY (level, holder),
            CONSTRAINT setting_level CHECK (level IN ('person', 'channel', 'guild')),
            CONSTRAINT setting_size CHECK (length(body) <= 65536)
        ){strict}
        """,
    ]

    private static let conversations = [
        """
        CREATE TABLE conversations (
            id {identity},
            name {text} NOT NULL UNIQUE,
            guild {integer} NOT NULL,
            channel {integer} NOT NULL,
            last_turn {integer},
            started_at {integer} NOT NULL,
            said_at {integer} NOT NULL
        ){strict}
        """,
        "CREATE INDEX conversations_by_age ON conversations (said_at, id)",
        """
        CREATE TABLE turns (
            id {identity},
            conversation {integer} NOT NULL REFERENCES conversations (id),
            parent {integer},
            request_id {integer} NOT NULL,
            role {text} NOT NULL,
            person {integer} NOT NULL,
            speaker {text} NOT NULL,
            content {text} NOT NULL,
            reasoning {text},
            model {text},
            said_at {integer} NOT NULL,
            edited_at {integer},
            UNIQUE (conversation, id),
            UNIQUE (conversation, request_id, role),
            FOREIGN KEY (conversation, parent) REFERENCES turns (conversation, id),
            CONSTRAINT turn_role CHECK (role IN ('user', 'assistant')),
            CONSTRAINT turn_order CHECK (parent IS NULL OR parent < id),
            CONSTRAINT turn_size CHECK (length(content) <= 60000 AND (reasoning IS NULL OR length(reasoning) <= 60000))
        ){strict}
        """,
        "CREATE INDEX turns_after ON turns (conversation, parent)",
        "CREATE INDEX turns_of_person ON turns (person, id)",
        """
        CREATE TABLE turn_messages (
            message {integer} NOT NULL PRIMARY KEY,
            turn {integer} NOT NULL REFERENCES turns (id) ON DELETE CASCADE
        ){strict}
        """,
        "CREATE INDEX turn_messages_of_turn ON turn_messages (turn)",
        """
        CREATE TABLE turn_files (
            turn {integer} NOT NULL REFERENCES turns (id) ON DELETE CASCADE,
            position {integer} NOT NULL,
            content_type {text} NOT NULL,
            bytes {bytes} NOT NULL,
            PRIMARY KEY (turn, position),
            CONSTRAINT file_bounds CHECK (position BETWEEN 0 AND 3 AND length(bytes) <= 2097152)
        ){strict}
        """,
        """
        CREATE TABLE summaries (
            turn {integer} NOT NULL PRIMARY KEY REFERENCES turns (id) ON DELETE CASCADE,
            content {text} NOT NULL,
            model {text} NOT NULL,
            made_at {integer} NOT NULL,
            CONSTRAINT summary_size CHECK (length(content) BETWEEN 1 AND 8000)
        ){strict}
        """,
    ]

    private static let exchanges = [
        """
        CREATE TABLE exchanges (
            request_id {integer} NOT NULL PRIMARY KEY,
            conversation {text} NOT NULL,
            guild {integer} NOT NULL,
            channel {integer} NOT NULL,
            person {integer} NOT NULL,
            is_remembered {integer} NOT NULL,
            question {bytes} NOT NULL,
            draft {text} NOT NULL,
            draft_reasoning {text} NOT NULL,
            draft_fence {integer} NOT NULL,
            answer {text},
            answer_reasoning {text},
            answer_details {text},
            asked_at {integer} NOT NULL,
            answered_at {integer},
            CONSTRAINT exchange_remembered CHECK (is_remembered IN (0, 1)),
            CONSTRAINT exchange_answer CHECK (
                (answer IS NULL) = (answered_at IS NULL) AND (answer IS NULL) = (answer_details IS NULL)),
            CONSTRAINT exchange_size CHECK (length(question) <= 262144)
        ){strict}
        """,
        "CREATE INDEX exchanges_of_person ON exchanges (person)",
        "CREATE INDEX exchanges_by_age ON exchanges (asked_at, request_id)",
        """
        CREATE TABLE exchange_messages (
            request_id {integer} NOT NULL REFERENCES exchanges (request_id) ON DELETE CASCADE,
            position {integer} NOT NULL,
            message {integer} NOT NULL UNIQUE,
            PRIMARY KEY (request_id, position),
            CONSTRAINT message_position CHECK (position BETWEEN 0 AND 99)
        ){strict}
        """,
        """
        CREATE TABLE speaking (
            channel {integer} NOT NULL,
            other {integer} NOT NULL,
            depth {integer} NOT NULL,
            window_began_at {integer} NOT NULL,
            answers {integer} NOT NULL,
            tokens {integer} NOT NULL,
            spoke_at {integer} NOT NULL,
            PRIMARY KEY (channel, other),
            CONSTRAINT speaking_amounts CHECK (depth >= 0 AND answers >= 0 AND tokens >= 0)
        ){strict}
        """,
    ]
}
