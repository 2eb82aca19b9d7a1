import Support
import Testing

@testable import Discord

@Suite("A shard that lost its connection")
struct ShardReconnectTests {
    /// Every close code of Discord's table, some of WebSocket's own, one nobody knows, and none.
    @Test(
        "resumes after what a session survives",
        arguments: [nil, 1_000, 1_001, 1_006, 1_011, 4_000, 4_001, 4_002, 4_003, 4_005, 4_008, 4_999] as [UInt16?])
    func resumes(code: UInt16?) {
        var machine = Place.ready()
        #expect(machine.disconnected(code: code, at: at(30), jitter: 0) == [])
        #expect(machine.nextStep(at: at(30)) == .wait(until: at(30.5)))
        #expect(machine.nextStep(at: at(30.5)) == .connect(resumeAddress))
        _ = machine.connected(at: at(31))
        #expect(machine.received(.hello(interval: .seconds(40)), at: at(31), jitter: 0) == [.send(.resume(sessionID: "s", sequence: 1))])
    }

    @Test("identifies anew where the code says that the session is gone", arguments: [4_007, 4_009] as [UInt16])
    func newSession(code: UInt16) {
        var machine = Place.ready()
        #expect(machine.disconnected(code: code, at: at(30), jitter: 0) == [.sessionLost])
        #expect(machine.nextStep(at: at(31)) == .connect(originalAddress))
        _ = machine.connected(at: at(31))
        #expect(machine.received(.hello(interval: .seconds(40)), at: at(31), jitter: 0) == [.requestIdentifyPermit])
    }

    @Test(
        "gives up and says what to do where only a person can help",
        arguments: [
            (4_004, .wrongToken, "Reset Token"), (4_010, .invalidShard, "shard"), (4_011, .shardingRequired, "shards"),
            (4_012, .invalidVersion, "release"), (4_013, .invalidIntents, "intents"), (4_014, .disallowedIntents, "Privileged Gateway"),
        ] as [(UInt16, GatewayError.Code, String)])
    func fatal(code: UInt16, error: GatewayError.Code, hint: String) {
        var machine = Place.identifying()
        #expect(machine.disconnected(code: code, at: at(1), jitter: 0) == [])
        guard case .fail(let failure) = machine.nextStep(at: at(100)) else {
            Issue.record("no failure")
            return
        }
        #expect(failure.code == error)
        #expect(failure.isFatal)
        #expect(failure.description.contains(hint))
        #expect(failure.description.contains("\(code)"))
    }

    @Test("A connection that cannot be made is tried again later and later, never beyond the cap")
    func backoffGrows() {
        var machine = Machine(configuration: .init(address: originalAddress))
        var now = 0.0
        var waits: [Double] = []
        for _ in 0..<12 {
            #expect(machine.nextStep(at: at(now)) == .connect(originalAddress))
            _ = machine.disconnected(code: nil, at: at(now), jitter: 1)
            guard case .wait(let until) = machine.nextStep(at: at(now)) else {
                Issue.record("no wait")
                return
            }
            waits.append((until - at(now)).inSeconds)
            now += waits[waits.count - 1]
        }
        #expect(waits == [1, 2, 4, 8, 16, 30, 30, 30, 30, 30, 30, 30])
    }

    @Test("Ten minutes of nobody there do not cost the session: it is resumed, from the fourth attempt on at the original address")
    func longOutage() {
        var machine = Place.ready()
        var now = 0.0
        var addresses: [GatewayAddress] = []
        _ = machine.disconnected(code: nil, at: at(now), jitter: 1)
        while now < 600 {
            switch machine.nextStep(at: at(now)) {
            case .wait(let until): now = (until - at(0)).inSeconds
            case .connect(let address):
                addresses.append(address)
                #expect(machine.disconnected(code: nil, at: at(now), jitter: 1) == [])
            case .stop, .fail: Issue.record("gave up")
            }
        }
        #expect(addresses.prefix(3) == [resumeAddress, resumeAddress, originalAddress])
        #expect(addresses.dropFirst(2).allSatisfy { $0 == originalAddress })
        #expect(machine.session?.id == "s")
    }

    @Test("Backoff begins anew only once a heartbeat of a ready shard has been acknowledged")
    func backoffResets() {
        var machine = Place.ready()
        for expected in [1.0, 2, 4] {
            _ = machine.disconnected(code: nil, at: at(0), jitter: 1)
            #expect(machine.nextStep(at: at(0)) == .wait(until: at(expected)))
            _ = machine.nextStep(at: at(60))
            _ = machine.connected(at: at(60))
            _ = machine.received(.hello(interval: .seconds(40)), at: at(60), jitter: 0)
            _ = machine.received(.resumed(sequence: machine.session!.sequence + 1), at: at(60), jitter: 0)
            #expect(machine.phase == .ready)
        }
        _ = machine.tick(at: at(60), handled: 1)
        _ = machine.received(.heartbeatAck, at: at(60), jitter: 0)
        _ = machine.disconnected(code: nil, at: at(0), jitter: 1)
        #expect(machine.nextStep(at: at(0)) == .wait(until: at(1)))
    }

    @Test("Asked to reconnect, it leaves with the session and resumes without delay; asked again and again, it slows down")
    func reconnectOpcode() {
        var machine = Place.ready()
        #expect(machine.received(.reconnect, at: at(1), jitter: 0) == [.close(code: 4_000)])
        #expect(machine.disconnected(code: 4_000, at: at(1), jitter: 1) == [])
        #expect(machine.nextStep(at: at(1)) == .connect(resumeAddress))
        _ = machine.connected(at: at(1))
        _ = machine.received(.hello(interval: .seconds(40)), at: at(1), jitter: 0)
        #expect(machine.received(.reconnect, at: at(1), jitter: 0) == [.close(code: 4_000)])
        _ = machine.disconnected(code: 4_000, at: at(1), jitter: 1)
        #expect(machine.nextStep(at: at(1)) == .wait(until: at(3)))
    }

    @Test("An invalid session that may be resumed is resumed after 1 to 5 seconds", arguments: [(0.0, 1.0), (0.5, 3.0), (1.0, 5.0)])
    func resumableInvalidSession(jitter: Double, wait: Double) {
        var machine = Place.ready()
        #expect(machine.received(.invalidSession(resumable: true), at: at(1), jitter: jitter) == [.close(code: 4_000)])
        #expect(machine.disconnected(code: 4_000, at: at(1), jitter: 0) == [])
        #expect(machine.nextStep(at: at(1)) == .wait(until: at(1 + wait)))
        #expect(machine.nextStep(at: at(1 + wait)) == .connect(resumeAddress))
    }

    @Test("An invalid session that may not be resumed is forgotten: a fresh identify at the original address after 1 to 5 seconds")
    func lostInvalidSession() {
        var machine = Place.resuming()
        #expect(machine.received(.invalidSession(resumable: false), at: at(1), jitter: 0.5) == [.sessionLost, .close(code: 1_000)])
        #expect(machine.disconnected(code: 1_000, at: at(1), jitter: 0) == [])
        #expect(machine.nextStep(at: at(1)) == .wait(until: at(4)))
        #expect(machine.nextStep(at: at(4)) == .connect(originalAddress))
        _ = machine.connected(at: at(4))
        #expect(machine.received(.hello(interval: .seconds(40)), at: at(4), jitter: 0) == [.requestIdentifyPermit])
    }

    @Test("Identifies that are refused again and again grow rare, so that a day's budget cannot be burnt")
    func refusedIdentifies() {
        var machine = Machine(configuration: .init(address: originalAddress))
        var now = 0.0
        var identifies = 0
        while now < 86_400 {
            switch machine.nextStep(at: at(now)) {
            case .wait(let until): now = (until - at(0)).inSeconds
            case .connect:
                _ = machine.connected(at: at(now))
                _ = machine.received(.hello(interval: .seconds(40)), at: at(now), jitter: 0.5)
                if machine.identifyPermitted(at: at(now), now: at(now)) == [.send(.identify)] { identifies += 1 }
                _ = machine.received(.invalidSession(resumable: false), at: at(now), jitter: 1)
                _ = machine.disconnected(code: 1_000, at: at(now), jitter: 1)
            case .stop, .fail: Issue.record("gave up")
            }
        }
        #expect(identifies < 3_000, "the gate's own budget of 1000 a day stops the rest")
    }

    @Test("A resume that is refused three times over gives way to a new session")
    func refusedResumes() {
        var machine = Place.resuming()
        #expect(machine.disconnected(code: 4_000, at: at(0), jitter: 0) == [])
        for round in 2...3 {
            _ = machine.nextStep(at: at(100))
            _ = machine.connected(at: at(100))
            #expect(
                machine.received(.hello(interval: .seconds(40)), at: at(100), jitter: 0) == [.send(.resume(sessionID: "s", sequence: 7))])
            #expect(machine.disconnected(code: 4_000, at: at(0), jitter: 0) == (round == 3 ? [.sessionLost] : []))
        }
        #expect(machine.nextStep(at: at(100)) == .connect(originalAddress))
    }

    @Test("An event that cannot be read is asked for again by a resume, and given up with the session when it stays unreadable")
    func poisonedReplay() {
        var machine = Place.ready()
        #expect(machine.received(.unreadable, at: at(1), jitter: 0) == [.close(code: 4_000)])
        #expect(machine.disconnected(code: nil, at: at(0), jitter: 0) == [])
        for round in 1...3 {
            _ = machine.nextStep(at: at(100))
            _ = machine.connected(at: at(100))
            _ = machine.received(.hello(interval: .seconds(40)), at: at(100), jitter: 0)
            #expect(machine.received(.unreadable, at: at(100), jitter: 0) == [.close(code: 4_000)])
            #expect(machine.disconnected(code: nil, at: at(0), jitter: 0) == (round == 3 ? [.sessionLost] : []))
        }
    }

    @Test("A resume that drops in mid replay goes on where it was, as often as it gets further")
    func interruptedReplay() {
        var machine = Place.resuming(sequence: 7)
        for sequence in 8...20 {
            #expect(machine.received(.dispatch(sequence: sequence), at: at(0), jitter: 0) == [.deliver])
            #expect(machine.disconnected(code: nil, at: at(0), jitter: 0) == [])
            _ = machine.nextStep(at: at(100))
            _ = machine.connected(at: at(100))
            #expect(
                machine.received(.hello(interval: .seconds(40)), at: at(100), jitter: 0) == [
                    .send(.resume(sessionID: "s", sequence: sequence))
                ])
        }
    }

    @Test("A fatal code that comes while leaving still counts, unless the process ends anyway")
    func fatalWhileClosing() {
        var machine = Place.ready()
        _ = machine.received(.reconnect, at: at(1), jitter: 0)
        #expect(machine.disconnected(code: 4_004, at: at(1), jitter: 0) == [.sessionLost])
        #expect(machine.nextStep(at: at(1)) == .fail(GatewayError(.wrongToken)))
        var stopping = Place.ready()
        _ = stopping.shutDown()
        _ = stopping.disconnected(code: 4_004, at: at(1), jitter: 0)
        #expect(stopping.nextStep(at: at(1)) == .stop)
    }
}
