import OrderedCollections
import Support

/// Faults, the clock and the rate limits.
extension ControlAPI {
    func faults() -> JSON { core.step { ["active": $0.faults.shown(at: $0.now)] } }

    func order(_ call: Call) throws(World.PlayError) -> JSON {
        try core.order(call.body)
        return faults()
    }

    func clearFaults() -> Reply {
        core.step { $0.faults.clear() }
        return .nothing
    }

    func setClock(_ call: Call) throws(World.PlayError) -> JSON {
        guard let span = call.body["advance_ms"]?.int, (0...31_536_000_000).contains(span) else {
            throw World.PlayError("Give a number of milliseconds, up to a year.", field: "advance_ms")
        }
        core.advance(by: .milliseconds(span))
        return core.step { Self.clock($0) }
    }

    func setRateLimits(_ call: Call) throws(World.PlayError) -> JSON {
        guard let isEnabled = call.body["enabled"]?.bool else { throw World.PlayError("True or false?", field: "enabled") }
        core.step { $0.limiter.configuration.isEnabled = isEnabled }
        return ["enabled": .bool(isEnabled)]
    }
}
