import ArgumentParser
import AsyncHTTPClient
import Discord
import DiscordModels
import Foundation
import Inference
import Jobs
import Logging
import ModelProviders
import Storage
import Support

/// `troupe doctor`: looks at everything that must be right, says what is not and what to do about it.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check token, database, queue and every model; exit status 1 when something is wrong.")

    @Flag(help: "Print the findings as JSON.")
    var json = false

    @OptionGroup var shared: SharedOptions

    func run() async throws {
        var findings: [Finding] = []
        do {
            var settings = try shared.settings()
            findings.append(Finding(check: "settings", isGood: true, detail: "read"))
            findings.append(await Checks.discord(settings, shared.logger()))
            findings += await Checks.database(settings)
            if let database = try? Foundations.openDatabase(settings, at: SystemClock().now()) {
                settings = settings.adding(try await AppTables(database: database).addedModels(), logger: shared.logger())
            }
            findings += await Checks.models(settings)
            findings += await Checks.textModels(settings)
            findings += await Checks.visionModels(settings)
            findings += await Checks.cloneBase(settings)
        } catch {
            findings.append(Finding(check: "settings", isGood: false, detail: "\(error)"))
        }
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            Terminal.say(String(decoding: try encoder.encode(findings), as: UTF8.self))
        } else {
            for finding in findings { Terminal.say("\(finding.isGood ? "✓" : "✗") \(finding.check): \(finding.detail)") }
        }
        if findings.contains(where: { !$0.isGood }) { throw ExitCode(1) }
    }
}

/// What one check found.
struct Finding: Encodable, Sendable {
    var check: String
    var isGood: Bool
    /// Where it is wrong: what to do.
    var detail: String

    enum CodingKeys: String, CodingKey {
        case check, detail
        case isGood = "ok"
    }
}

/// The checks, each of which finds out and changes nothing.
enum Checks {
    static func discord(_ settings: Settings, _ logger: Logger) async -> Finding {
        guard let token = settings.discordToken else {
            return Finding(check: "discord", isGood: true, detail: "no DISCORD_TOKEN: `troupe run` brings its own Discord")
        }
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: HTTPTransport.configuration)
        let rest = RESTClient(
            configuration: .init(token: token, baseURL: settings.discordAPIBaseURL), transport: HTTPTransport(http: http),
            clock: SystemClock(),
            logger: logger, randomness: { .random(in: .min ... .max) })
        let finding: Finding
        do {
            let application = try await rest.currentApplication()
            let gateway = try await rest.gatewayBot()
            finding = Finding(
                check: "discord", isGood: true,
                detail:
                    "the token is good: \(application.name); \(gateway.sessionStartLimit.remaining) of \(gateway.sessionStartLimit.total) starts left today"
            )
        } catch let error as DiscordAPIError where error.kind == .wrongToken {
            finding = Finding(check: "discord", isGood: false, detail: GatewayError(.wrongToken).advice)
        } catch {
            finding = Finding(check: "discord", isGood: false, detail: "\(settings.discordAPIBaseURL) does not answer: \(error)")
        }
        try? await http.shutdown()
        return finding
    }

    static func database(_ settings: Settings) async -> [Finding] {
        do {
            let now = SystemClock().now()
            let database = try Foundations.openDatabase(settings, at: now)
            let damage = try await database.check()
            guard damage.isEmpty else {
                return [Finding(check: "database", isGood: false, detail: "damaged: \(damage.joined(separator: "; ")). Restore a backup.")]
            }
            let detail = "\(try DatabaseLocation(parsing: settings.database)) can be read and written"
            return [Finding(check: "database", isGood: true, detail: detail), await queue(settings, database)]
        } catch {
            return [Finding(check: "database", isGood: false, detail: "\(error)")]
        }
    }

    static func queue(_ settings: Settings, _ database: Database) async -> Finding {
        do {
            let redis = settings.queue.map { RedisJobQueue($0, name: "doctor", patience: .seconds(3)) }
            if let faults = try await redis?.check(), !faults.isEmpty {
                return Finding(check: "queue", isGood: false, detail: faults.joined(separator: " "))
            }
            let depths = try await (redis ?? SQLJobQueue(database) as any JobQueue).depths()
            let place = settings.queue.map { "\($0): " } ?? ""
            let queues = depths.map { "\($0.queue) \($0.waiting) waiting, \($0.running) running" }
            return Finding(check: "queue", isGood: true, detail: place + (queues.isEmpty ? "empty" : queues.joined(separator: "; ")))
        } catch {
            return Finding(check: "queue", isGood: false, detail: "\(error)")
        }
    }

    /// Has every model paint one picture.
    static func models(_ settings: Settings) async -> [Finding] {
        let models: [any ImageModel]
        do { models = try ModelShelf.imageModels(settings).models } catch {
            return [Finding(check: "models", isGood: false, detail: "\(error)")]
        }
        if settings.models.isEmpty {
            return [Finding(check: "models", isGood: false, detail: "there is no model; remove models: to get the pocket painter")]
        }
        var findings: [Finding] = []
        for model in models {
            if let served = model as? ServedImageModel {
                findings += await servers(of: served)
            } else {
                findings.append(await painting("model \(model.card.name)") { try await model.generate(sample) { _ in } })
            }
        }
        return findings
    }

    // MARK: Words

    static func words(_ error: any Error) -> String { (error as? ModelError)?.details ?? "\(error)" }

    static func seconds(since start: ContinuousClock.Instant) -> String {
        String(format: "%.1f s", (ContinuousClock.now - start) / .seconds(1))
    }
}
