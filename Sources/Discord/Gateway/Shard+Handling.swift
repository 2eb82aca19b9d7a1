import Logging
import Support
import Synchronization

// What events asked for is done here, in tasks of their own, away from the thread that reads.

extension Shard {
    /// Works until there is nothing more to come and all is done.
    func handle(_ assignments: AsyncStream<Assignment>) async {
        await withDiscardingTaskGroup { group in
            for await assignment in assignments {
                group.addTask { await self.handle(assignment) }
            }
        }
    }

    private func handle(_ assignment: Assignment) async {
        var isHandled = true
        do {
            try await assignment.work()
        } catch is CancellationError {
            isHandled = false
        } catch {
            logger.error("gateway event not handled", metadata: ["event": "\(assignment.event)", "error": "\(error)"])
        }
        let paused = state.withLock { state -> GatewayConnection? in
            if isHandled { state.tracker.finished(assignment.ticket) }
            guard state.slots.release() else { return nil }
            state.machine.isReaderPaused = false
            return state.connection
        }
        paused?.goOn()
        if isHandled { tellOfChange() }
    }
}
