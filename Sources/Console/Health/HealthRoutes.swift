import Hummingbird
import Logging

/// `GET /healthz`: the process lives. `GET /readyz`: it can do its work; 503 and the names of what is missing where it cannot.
public struct HealthRoutes: ConsoleRoutes {
    /// One thing that must be well.
    public struct Check: Sendable {
        let name: String
        let run: @Sendable () async throws -> Void

        /// - Parameter run: returns when all is well, soon; throws otherwise.
        public init(_ name: String, _ run: @escaping @Sendable () async throws -> Void) {
            self.name = name
            self.run = run
        }
    }

    private let checks: [Check]

    public init(checks: [Check]) { self.checks = checks }

    private struct Health: Encodable {
        var status: String
        /// By name: `ok` or `failed`. Why it failed is in the log, not on the wire.
        var checks: [String: String] = [:]
    }

    public func add(to router: Router<ConsoleContext>) {
        router.get("healthz") { _, _ in try Response.json(.ok, Health(status: "ok")) }
        router.get("readyz") { [checks] _, context in
            var health = Health(status: "ok")
            for check in checks {
                do {
                    try await check.run()
                    health.checks[check.name] = "ok"
                } catch {
                    context.logger.warning("not ready", metadata: ["check": "\(check.name)", "error": "\(error)"])
                    health.checks[check.name] = "failed"
                    health.status = "failed"
                }
            }
            return try Response.json(health.status == "ok" ? .ok : .serviceUnavailable, health)
        }
    }
}
