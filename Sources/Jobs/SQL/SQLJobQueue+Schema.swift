import Storage

extension SQLJobQueue {
    /// The tables of the queue. They state what must hold, so that wrong code fails instead of corrupting: a lease exists
    /// exactly while a job runs, an end exactly when it has ended, one running job for each serial key, one final answer
    /// for each request.
    public static let schema = Schema(
        module: "jobs",
        migrations: [
            .init(1, "jobs", jobs),
            .init(2, "outputs", outputs),
            .init(3, "deliveries", deliveries),
            .init(4, "files of jobs", files),
            .init(
                5, "all jobs of a user", ["CREATE INDEX jobs_kept_of_user ON jobs (user_key, id) WHERE user_key IS NOT NULL"]),
        ])

    private static let jobs = [
        """
        CREATE TABLE queue_lines (
            queue {text} NOT NULL PRIMARY KEY,
            time {integer} NOT NULL,
            guild_time {integer} NOT NULL,
            waiting {integer} NOT NULL,
            CONSTRAINT line_amounts CHECK (time >= 0 AND guild_time >= 0 AND waiting >= 0)
        ){strict}
        """,
        """
        CREATE TABLE queue_shares (
            queue {text} NOT NULL,
            level {text} NOT NULL,
            holder {text} NOT NULL,
            last_tag {integer} NOT NULL,
            PRIMARY KEY (queue, level, holder),
            CONSTRAINT share_level CHECK (level IN ('user', 'guild')),
            CONSTRAINT share_tag CHECK (last_tag >= 0)
        ){strict}
        """,
        """
        CREATE TABLE jobs (
            id {identity},
            request_id {integer} NOT NULL UNIQUE,
            kind {text} NOT NULL,
            queue {text} NOT NULL,
            arguments {bytes} NOT NULL,
            user_key {text},
            guild_key {text},
            weight {integer} NOT NULL,
            cost {integer} NOT NULL,
            priority {integer} NOT NULL,
            serial_key {text},
            max_attempts {integer} NOT NULL,
            deadline {integer},
            created_at {integer} NOT NULL,
            tag {integer} NOT NULL,
            guild_tag {integer} NOT NULL,
            state {text} NOT NULL,
            attempt {integer} NOT NULL,
            scheduled_at {integer} NOT NULL,
            fence {integer} NOT NULL,
            worker {text},
            lease_expires_at {integer},
            progress {real} NOT NULL,
            cancel_requested_at {integer},
            failures {text} NOT NULL,
            attempted_at {integer},
            finished_at {integer},
            CONSTRAINT job_state CHECK (
                state IN ('available', 'scheduled', 'running', 'retryable', 'completed', 'cancelled', 'discarded')),
            CONSTRAINT job_lease CHECK (
                (state = 'running') = (worker IS NOT NULL) AND (state = 'running') = (lease_expires_at IS NOT NULL)),
            CONSTRAINT job_end CHECK ((state IN ('completed', 'cancelled', 'discarded')) = (finished_at IS NOT NULL)),
            CONSTRAINT job_attempts CHECK (max_attempts BETWEEN 1 AND 100 AND attempt BETWEEN 0 AND max_attempts AND fence >= attempt),
            CONSTRAINT job_begun CHECK (state NOT IN ('running', 'completed') OR (attempt >= 1 AND attempted_at IS NOT NULL)),
            CONSTRAINT job_progress CHECK (progress BETWEEN 0 AND 1),
            CONSTRAINT job_amounts CHECK (
                weight BETWEEN 1 AND 10000 AND cost BETWEEN 1 AND 10000 AND priority BETWEEN -100 AND 100 AND tag > 0 AND guild_tag > 0),
            CONSTRAINT job_names CHECK (length(kind) BETWEEN 1 AND 100 AND length(queue) BETWEEN 1 AND 100),
            CONSTRAINT job_arguments CHECK (length(arguments) <= 262144)
        ){strict}
        """,
        // The fair order. Jobs that do not wait have left it.
        """
        CREATE INDEX jobs_available ON jobs (queue, priority DESC, tag, guild_tag, id, cost) WHERE state = 'available'
        """,
        "CREATE INDEX jobs_due ON jobs (scheduled_at, id) WHERE state IN ('scheduled', 'retryable')",
        "CREATE INDEX jobs_running ON jobs (lease_expires_at, id) WHERE state = 'running'",
        """
        CREATE INDEX jobs_deadline ON jobs (deadline, id)
        WHERE deadline IS NOT NULL AND state IN ('available', 'scheduled', 'retryable')
        """,
        "CREATE INDEX jobs_of_user ON jobs (user_key, state) WHERE finished_at IS NULL AND user_key IS NOT NULL",
        "CREATE INDEX jobs_in_series ON jobs (serial_key, id) WHERE finished_at IS NULL AND serial_key IS NOT NULL",
        "CREATE UNIQUE INDEX jobs_one_in_series ON jobs (serial_key) WHERE state = 'running' AND serial_key IS NOT NULL",
        "CREATE INDEX jobs_completed ON jobs (queue, finished_at, id) WHERE state = 'completed'",
        "CREATE INDEX jobs_finished ON jobs (finished_at, id) WHERE finished_at IS NOT NULL",
    ]

    private static let outputs = [
        """
        CREATE TABLE outputs (
            request_id {integer} NOT NULL PRIMARY KEY REFERENCES jobs (request_id) ON DELETE CASCADE,
            summary {bytes} NOT NULL,
            size {integer} NOT NULL,
            recorded_at {integer} NOT NULL,
            CONSTRAINT output_size CHECK (size BETWEEN 0 AND 33554432 AND length(summary) <= 262144)
        ){strict}
        """,
        """
        CREATE TABLE output_files (
            request_id {integer} NOT NULL REFERENCES outputs (request_id) ON DELETE CASCADE,
            position {integer} NOT NULL,
            name {text} NOT NULL,
            content_type {text} NOT NULL,
            bytes {bytes} NOT NULL,
            PRIMARY KEY (request_id, position),
            UNIQUE (request_id, name),
            CONSTRAINT file_position CHECK (position BETWEEN 0 AND 63)
        ){strict}
        """,
        "CREATE INDEX outputs_recorded ON outputs (recorded_at)",
    ]

    private static let deliveries = [
        """
        CREATE TABLE deliveries (
            id {identity},
            request_id {integer} NOT NULL,
            kind {text} NOT NULL,
            sequence {integer} NOT NULL,
            payload {bytes} NOT NULL,
            deadline {integer},
            created_at {integer} NOT NULL,
            state {text} NOT NULL,
            attempt {integer} NOT NULL,
            next_attempt_at {integer} NOT NULL,
            worker {text},
            lease_expires_at {integer},
            fence {integer} NOT NULL,
            reason {text},
            receipt {text},
            finished_at {integer},
            UNIQUE (request_id, kind, sequence),
            CONSTRAINT delivery_kind CHECK (kind IN ('final', 'part', 'notice')),
            CONSTRAINT delivery_one_final CHECK (sequence >= 0 AND (kind <> 'final' OR sequence = 0)),
            CONSTRAINT delivery_state CHECK (state IN ('waiting', 'delivering', 'delivered', 'abandoned')),
            CONSTRAINT delivery_lease CHECK (
                (state = 'delivering') = (worker IS NOT NULL) AND (state = 'delivering') = (lease_expires_at IS NOT NULL)),
            CONSTRAINT delivery_end CHECK ((state IN ('delivered', 'abandoned')) = (finished_at IS NOT NULL)),
            CONSTRAINT delivery_attempts CHECK (attempt >= 0 AND fence >= attempt),
            CONSTRAINT delivery_reason CHECK (state <> 'abandoned' OR reason IS NOT NULL),
            CONSTRAINT delivery_payload CHECK (length(payload) <= 262144)
        ){strict}
        """,
        "CREATE INDEX deliveries_open ON deliveries (next_attempt_at, id) WHERE finished_at IS NULL",
        "CREATE INDEX deliveries_finished ON deliveries (finished_at, id) WHERE finished_at IS NOT NULL",
    ]

    private static let files = [
        """
        CREATE TABLE job_files (
            request_id {integer} NOT NULL REFERENCES jobs (request_id) ON DELETE CASCADE,
            position {integer} NOT NULL,
            name {text} NOT NULL,
            content_type {text} NOT NULL,
            bytes {bytes} NOT NULL,
            PRIMARY KEY (request_id, position),
            UNIQUE (request_id, name),
            CONSTRAINT job_file_position CHECK (position BETWEEN 0 AND 7)
        ){strict}
        """,
        """
        CREATE TABLE job_previews (
            request_id {integer} NOT NULL PRIMARY KEY REFERENCES jobs (request_id) ON DELETE CASCADE,
            name {text} NOT NULL,
            content_type {text} NOT NULL,
            bytes {bytes} NOT NULL,
            CONSTRAINT preview_size CHECK (length(bytes) <= 262144)
        ){strict}
        """,
    ]
}
