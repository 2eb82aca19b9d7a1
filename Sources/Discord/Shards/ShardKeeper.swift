import DiscordModels
import Logging
import ServiceLifecycle
import Support

/// Runs the shards that are this process's, as ``ShardLeases`` says it, and leaves those that are not any more.
///
/// While the leases cannot be renewed it leaves all shards before others may have them; it takes them up again when it can. While
/// Discord cannot be reached from here it says so, and others that reach it take the shards over.
struct ShardKeeper {
    let gateway: Gateway
    let address: GatewayAddress
    let count: Int
    let budget: SessionStartLimit
    /// When Discord was asked for the budget.
    let askedAt: Timestamp

    private enum Event: Sendable {
        case beat
        case orders(ShardOrders)
        case noOrders
        /// The leases may end soon.
        case fence
        /// Discord can be reached again.
        case reached
        case ended(ShardLease)
        case shutDown
    }

    private struct Running {
        let lease: ShardLease
        let shard: Shard
    }

    private var leases: any ShardLeases { gateway.leases }
    private var span: Duration { leases.span }

    /// Serves until graceful shutdown, cancellation, or a fatal error of a shard.
    func run() async throws {
        do {
            try await serve()
        } catch {
            await end()
            throw error
        }
        await end()
    }

    /// Not in the task that serves, which may have been cancelled.
    private func end() async {
        let task = Task { [leases, gateway] in
            do { try await leases.leave() } catch { gateway.logger.warning("shards not given back", metadata: ["error": "\(error)"]) }
        }
        await task.value
    }

    private func serve() async throws {
        try await withThrowingTaskGroup(of: Event.self) { group in
            var running: [Int: Running] = [:]
            var until: Timestamp?
            var hasLearned = false
            var isCutOff = false
            group.addTask { await renew(learning: true, isCutOff: false) }
            while let event = try await group.next() {
                switch event {
                case .beat:
                    let now = gateway.clock.now()
                    if !isCutOff, !running.isEmpty, running.values.allSatisfy({ $0.shard.isUnreachable(for: span / 2, at: now) }) {
                        gateway.logger.error("Discord cannot be reached; leaving the shards to processes that reach it, if there are any")
                        isCutOff = true
                        group.addTask { await knock() }
                    }
                    group.addTask { [hasLearned, isCutOff] in await renew(learning: !hasLearned, isCutOff: isCutOff) }
                case .reached: isCutOff = false
                case .noOrders: group.addTask { await wait(span / 6, then: .beat) }
                case .orders(let orders):
                    follow(orders, &running, &group)
                    // Others count a newcomer at their next beat, which each has had by its second.
                    if hasLearned || orders.processes == 1 { gateway.configuration.onProcesses(orders.processes) }
                    hasLearned = true
                    guard let moment = orders.until else { break }
                    if until == nil { group.addTask { await watch(moment) } }
                    until = moment
                    group.addTask { await wait(leases.beat, then: .beat) }
                case .fence:
                    guard let moment = until else { break }
                    if gateway.clock.now() + span / 6 < moment {
                        group.addTask { await watch(moment) }
                    } else {
                        gateway.logger.error("the shards' leases could not be renewed; leaving them to others")
                        for one in running.values { one.shard.leave() }
                        until = nil
                    }
                case .ended(let lease):
                    guard let one = running[lease.shardID], one.lease == lease else { break }
                    running[lease.shardID] = nil
                    gateway.forget(one.shard)
                case .shutDown: break
                }
            }
        }
    }

    /// Until the gateway opens.
    private func knock() async -> Event {
        while await !gateway.reaches(address) {
            guard await gateway.pause(span / 3) else { return .shutDown }
        }
        return .reached
    }

    private func renew(learning: Bool, isCutOff: Bool) async -> Event {
        let now = gateway.clock.now()
        do {
            if learning { try await leases.learn(budget, at: askedAt) }
            let orders = try await leases.renew(
                wanting: count, isFirm: gateway.configuration.shardCount != nil, isCutOff: isCutOff, at: now)
            if orders.isWaiting {
                gateway.logger.warning(
                    "other processes run by another number of shards; waiting for their end",
                    metadata: ["theirs": "\(orders.shardCount)", "ours": "\(count)"])
            }
            return Task.isShuttingDownGracefully || Task.isCancelled ? .shutDown : .orders(orders)
        } catch {
            gateway.logger.warning("the shards' leases are not renewed", metadata: ["error": "\(error)"])
            return Task.isShuttingDownGracefully || Task.isCancelled ? .shutDown : .noOrders
        }
    }

    private func wait(_ duration: Duration, then event: Event) async -> Event { await gateway.pause(duration) ? event : .shutDown }

    /// Comes shortly before the moment at which the leases end.
    private func watch(_ moment: Timestamp) async -> Event { await wait(moment - span / 6 - gateway.clock.now(), then: .fence) }

    private func follow(_ orders: ShardOrders, _ running: inout [Int: Running], _ group: inout ThrowingTaskGroup<Event, any Error>) {
        let wanted = Set(orders.run)
        for one in running.values where !wanted.contains(one.lease) { one.shard.leave() }
        let new = orders.run.filter { running[$0.shardID] == nil }
        for (index, lease) in new.enumerated() {
            // Buckets identify in order, 5 s apart.
            let start = gateway.clock.now() + IdentifyGate.spacing * (index / max(1, budget.maxConcurrency))
            let shard = gateway.makeShard(lease, of: orders.shardCount, at: address, identifyingFrom: start)
            running[lease.shardID] = Running(lease: lease, shard: shard)
            group.addTask { try await serve(shard, lease) }
        }
        guard !new.isEmpty else { return }
        gateway.logger.info(
            "shards",
            metadata: ["running": "\(orders.run.map(\.shardID))", "of": "\(orders.shardCount)", "processes": "\(orders.processes)"])
    }

    private func serve(_ shard: Shard, _ lease: ShardLease) async throws -> Event {
        try await shard.run()
        let task = Task { [leases, gateway] in
            do { try await leases.release(lease) } catch { gateway.logger.warning("shard not released", metadata: ["error": "\(error)"]) }
        }
        await task.value
        return .ended(lease)
    }
}
