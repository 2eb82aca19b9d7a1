import Console
import Logging
import ServiceLifecycle
import Support

/// Signs this process in to the list of those that live, every few seconds, and out at the end.
struct Heartbeat: Service {
    let process: ProcessRecord
    let directory: any ProcessDirectory
    let clock: any WallClock
    let logger: Logger

    func run() async throws {
        var process = process
        while !Task.isShuttingDownGracefully {
            process.seenAt = clock.now()
            do { try await directory.note(process) } catch {
                logger.warning("this process could not sign in", metadata: ["error": "\(error)"])
            }
            do { try await cancelWhenGracefulShutdown { try await clock.sleep(for: ProcessRecord.beat) } } catch { break }
        }
        try? await directory.leave(process.name)
    }
}
