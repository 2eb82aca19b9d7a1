import Storage
import Support

/// Rows of jobs, lines and shares in the database, within one transaction.
///
/// On SQLite one transaction writes at a time. On PostgreSQL many do (``WriteIsolation/locking``): what a rule decides on is
/// kept by row locks, and where the rows are not there yet or too many, by a name.
struct SQLJobStore: JobTransaction {
    let tx: Transaction
    var signals: [JobSignal] = []
    /// Whether this transaction may be what another waits for, and so must not wait itself.
    private var holdsPerson = false

    init(_ tx: Transaction) { self.tx = tx }

    // MARK: Jobs

    func job(_ requestID: RequestID) throws -> Job? {
        try tx.row("SELECT * FROM jobs WHERE request_id = ?", requestID).map { try Job(row: $0) }
    }

    func keptJob(_ requestID: RequestID) throws -> Job? {
        try tx.row("SELECT * FROM jobs WHERE request_id = ? {for update}", requestID).map { try Job(row: $0) }
    }

    func insert(_ job: Job) throws -> Job {
        let id: Int64? = try tx.value(
            sql: """
                INSERT INTO jobs (
                    request_id, kind, queue, arguments, user_key, guild_key, weight, cost, priority, serial_key, max_attempts, deadline,
                    created_at, tag, guild_tag, state, attempt, scheduled_at, fence, progress, failures)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, 0, 0, '[]')
                RETURNING id
                """,
            job.requestID, job.kind, job.queue, job.arguments.bytes, job.user, job.guild, job.weight, job.cost, job.priority,
            job.serialKey, job.maxAttempts, job.deadline, job.createdAt, job.place.tag, job.place.guildTag, job.state.rawValue,
            job.scheduledAt)
        return job.numbered(id ?? 0)
    }

    func update(_ job: Job) throws {
        try tx.execute(
            """
            UPDATE jobs SET state = ?, attempt = ?, scheduled_at = ?, fence = ?, worker = ?, lease_expires_at = ?, progress = ?,
                cancel_requested_at = ?, failures = ?, attempted_at = ?, finished_at = ?
            WHERE id = ?
            """,
            job.state.rawValue, job.attempt, job.scheduledAt, job.fence, job.worker, job.leaseExpiresAt, job.progress,
            job.cancelRequestedAt, try job.failuresText(), job.attemptedAt, job.finishedAt, job.id)
    }

    func remove(_ job: Job) throws {
        try tx.execute("DELETE FROM deliveries WHERE request_id = ?", job.requestID)
        try tx.execute("DELETE FROM jobs WHERE request_id = ?", job.requestID)
    }

    func updateLease(_ job: Job) throws { try tx.execute("UPDATE jobs SET lease_expires_at = ? WHERE id = ?", job.leaseExpiresAt, job.id) }

    func updateProgress(_ job: Job) throws { try tx.execute("UPDATE jobs SET progress = ? WHERE id = ?", job.progress, job.id) }

    var isAlone: Bool { tx.isAlone }

    func waitingCount(user: String) throws -> Int {
        try tx.lock("jobs of \(user)")
        return try tx.value(
            sql: """
                SELECT COUNT(*) FROM jobs
                WHERE user_key = ? AND finished_at IS NULL AND state IN ('available', 'scheduled', 'retryable')
                """, user) ?? 0
    }

    mutating func nextClaimable(queue: String, kinds: [String]?, at now: Timestamp, runningPerUser: Int, keeping: Bool) throws -> Job? {
        while let job = try firstClaimable(queue, kinds, now, runningPerUser, keeping ? "{skip locked}" : "") {
            guard keeping, let user = job.user else { return job }
            // A person's jobs are claimed by one at a time, or two would each see room for one more.
            switch try tx.lock("jobs of \(user)", waiting: !holdsPerson) {
            case .alone, .held: return job
            case .busy: return nil
            case .taken:
                holdsPerson = true
                if try runningCount(user: user) < runningPerUser { return job }
            }
        }
        return nil
    }

    private func runningCount(user: String) throws -> Int {
        try tx.value(sql: "SELECT COUNT(*) FROM jobs WHERE user_key = ? AND finished_at IS NULL AND state = 'running'", user) ?? 0
    }

    private func firstClaimable(
        _ queue: String, _ kinds: [String]?, _ now: Timestamp, _ runningPerUser: Int, _ keeping: String
    ) throws -> Job? {
        let known = kinds.map { "AND j.kind IN (\($0.isEmpty ? "NULL" : $0.map { _ in "?" }.joined(separator: ", ")))" } ?? ""
        return try tx.row(
            """
            SELECT * FROM jobs AS j
            WHERE j.queue = ? AND j.state = 'available' AND (j.deadline IS NULL OR j.deadline > ?)
                \(known)
                AND (j.user_key IS NULL OR (
                    SELECT COUNT(*) FROM jobs AS r WHERE r.user_key = j.user_key AND r.finished_at IS NULL AND r.state = 'running') < ?)
                AND (j.serial_key IS NULL OR NOT EXISTS (
                    SELECT 1 FROM jobs AS o
                    WHERE o.serial_key = j.serial_key AND o.finished_at IS NULL
                        AND (o.state = 'running' OR (o.id < j.id AND o.state IN ('available', 'retryable')))))
            ORDER BY j.priority DESC, j.tag, j.guild_tag, j.id
            LIMIT 1 \(keeping)
            """, arguments: [queue, now] + (kinds ?? []) + [runningPerUser]
        ).map { try Job(row: $0) }
    }

    func ahead(of job: Job) throws -> (jobs: Int, units: Int) {
        let (priority, tag, guildTag) = (job.priority, job.place.tag, job.place.guildTag)
        let row = try tx.row(
            """
            SELECT COUNT(*) AS jobs, COALESCE(SUM(cost), 0) AS units FROM jobs
            WHERE queue = ? AND state = 'available' AND (priority > ? OR (priority = ? AND (
                tag < ? OR (tag = ? AND (guild_tag < ? OR (guild_tag = ? AND id < ?))))))
            """, job.queue, priority, priority, tag, tag, guildTag, guildTag, job.id)
        return try (row?.get("jobs") ?? 0, row?.get("units") ?? 0)
    }

    func running(queue: String) throws -> [(cost: Int, progress: Double)] {
        try tx.rows("SELECT cost, progress FROM jobs WHERE state = 'running' AND queue = ?", queue)
            .map { (try $0.get("cost"), try $0.get("progress")) }
    }

    func dueJobs(at now: Timestamp, limit: Int) throws -> [Job] {
        try tx.rows(
            "SELECT * FROM jobs WHERE state IN ('scheduled', 'retryable') AND scheduled_at <= ? ORDER BY scheduled_at, id LIMIT ? {skip locked}",
            now, limit
        ).map { try Job(row: $0) }
    }

    func lostJobs(at now: Timestamp, limit: Int) throws -> [Job] {
        try tx.rows(
            "SELECT * FROM jobs WHERE state = 'running' AND lease_expires_at <= ? ORDER BY lease_expires_at, id LIMIT ? {skip locked}",
            now, limit
        ).map { try Job(row: $0) }
    }

    func expiredJobs(at now: Timestamp, limit: Int) throws -> [Job] {
        try tx.rows(
            """
            SELECT * FROM jobs WHERE deadline IS NOT NULL AND state IN ('available', 'scheduled', 'retryable') AND deadline <= ?
            ORDER BY deadline, id LIMIT ? {skip locked}
            """, now, limit
        ).map { try Job(row: $0) }
    }

    // MARK: Lines and shares

    func line(_ queue: String) throws -> QueueLine {
        let question = "SELECT time, guild_time, waiting FROM queue_lines WHERE queue = ? {for update}"
        var row = try tx.row(question, queue)
        if row == nil, !tx.isAlone {
            // What is not there cannot be kept.
            try tx.execute(
                "INSERT INTO queue_lines (queue, time, guild_time, waiting) VALUES (?, 0, 0, 0) ON CONFLICT (queue) DO NOTHING", queue)
            row = try tx.row(question, queue)
        }
        guard let row else { return QueueLine(queue: queue) }
        return try QueueLine(queue: queue, time: row.get("time"), guildTime: row.get("guild_time"), waiting: row.get("waiting"))
    }

    func move(_ queue: String, by step: LineStep) throws {
        let changed = try tx.execute(
            """
            UPDATE queue_lines SET time = CASE WHEN time < ? THEN ? ELSE time END,
                guild_time = CASE WHEN guild_time < ? THEN ? ELSE guild_time END, waiting = waiting + ?
            WHERE queue = ?
            """, step.time, step.time, step.guildTime, step.guildTime, step.waiting, queue)
        if changed == 0 {
            try tx.execute(
                "INSERT INTO queue_lines (queue, time, guild_time, waiting) VALUES (?, ?, ?, ?)", queue, step.time, step.guildTime,
                step.waiting)
        }
    }

    func lastTag(_ holder: ShareHolder) throws -> Int64? {
        try tx.value(
            sql: "SELECT last_tag FROM queue_shares WHERE queue = ? AND level = ? AND holder = ?", holder.queue, holder.level.rawValue,
            holder.key)
    }

    func setLastTag(_ tag: Int64, of holder: ShareHolder) throws {
        try tx.execute(
            """
            INSERT INTO queue_shares (queue, level, holder, last_tag) VALUES (?, ?, ?, ?)
            ON CONFLICT (queue, level, holder) DO UPDATE SET last_tag = excluded.last_tag
            """, holder.queue, holder.level.rawValue, holder.key, tag)
    }

    func returnTag(_ tag: Int64, to earlier: Int64, of holder: ShareHolder) throws {
        try tx.execute(
            "UPDATE queue_shares SET last_tag = ? WHERE queue = ? AND level = ? AND holder = ? AND last_tag = ?", earlier, holder.queue,
            holder.level.rawValue, holder.key, tag)
    }
}
