import NIOCore
import Support
import Testing

@testable import Discord

typealias Machine = Shard.StateMachine

let originalAddress = try! GatewayAddress("wss://gateway.example")
let resumeAddress = try! GatewayAddress("wss://resume.example")

/// Seconds after the story's beginning.
func at(_ seconds: Double) -> Timestamp { Timestamp(millisecondsSinceEpoch: 1_000_000 + Int64(seconds * 1_000)) }

/// A machine taken to a place in its life, by the same calls that a shard makes.
enum Place {
    static func connecting(session: Machine.Session? = nil) -> Machine {
        var machine = Machine(configuration: .init(address: originalAddress), session: session)
        _ = machine.nextStep(at: at(0))
        return machine
    }

    static func awaitingHello(session: Machine.Session? = nil) -> Machine {
        var machine = connecting(session: session)
        #expect(machine.connected(at: at(0)) == [])
        return machine
    }

    static func identifying(interval: Duration = .seconds(40)) -> Machine {
        var machine = awaitingHello()
        #expect(machine.received(.hello(interval: interval), at: at(0), jitter: 0.5) == [.requestIdentifyPermit])
        #expect(machine.identifyPermitted(at: at(0), now: at(0)) == [.send(.identify)])
        return machine
    }

    static func ready() -> Machine {
        var machine = identifying()
        _ = machine.received(.ready(sequence: 1, sessionID: "s", address: resumeAddress), at: at(0), jitter: 0)
        return machine
    }

    static func resuming(sequence: Int = 7) -> Machine {
        var machine = awaitingHello(session: .init(id: "s", address: resumeAddress, sequence: sequence))
        #expect(
            machine.received(.hello(interval: .seconds(40)), at: at(0), jitter: 0.5) == [.send(.resume(sessionID: "s", sequence: sequence))]
        )
        return machine
    }
}

@Suite("A shard's state machine")
struct ShardStateMachineTests {
    @Test("A shard without a session connects, greets, identifies once the gate lets it, and is ready")
    func firstConnection() {
        var machine = Machine(configuration: .init(address: originalAddress))
        #expect(machine.nextStep(at: at(0)) == .connect(originalAddress))
        #expect(machine.connected(at: at(1)) == [])
        #expect(machine.deadline == at(21))
        #expect(machine.received(.hello(interval: .seconds(40)), at: at(2), jitter: 0.25) == [.requestIdentifyPermit])
        #expect(machine.identifyPermitted(at: at(5), now: at(2)) == [])
        #expect(machine.deadline == at(5))
        #expect(machine.tick(at: at(5), handled: nil) == [.send(.identify)])
        let session = Machine.Session(id: "s", address: resumeAddress, sequence: 1)
        #expect(
            machine.received(.ready(sequence: 1, sessionID: "s", address: resumeAddress), at: at(6), jitter: 0) == [
                .sessionBegan(session), .deliver,
            ])
        #expect(machine.phase == .ready)
        #expect(machine.received(.dispatch(sequence: 2), at: at(7), jitter: 0) == [.deliver])
        #expect(machine.session?.sequence == 2)
    }

    @Test("The first heartbeat goes after interval × jitter, the next ones an interval apart, with the sequence handled so far")
    func heartbeats() {
        var machine = Place.identifying()
        #expect(machine.deadline == at(20))
        #expect(machine.tick(at: at(19), handled: nil) == [])
        #expect(machine.tick(at: at(20), handled: nil) == [.send(.heartbeat(sequence: nil))])
        _ = machine.received(.heartbeatAck, at: at(20.08), jitter: 0)
        #expect(machine.latency == .milliseconds(80))
        _ = machine.received(.ready(sequence: 1, sessionID: "s", address: nil), at: at(21), jitter: 0)
        for sequence in 2...9 { _ = machine.received(.dispatch(sequence: sequence), at: at(22), jitter: 0) }
        #expect(machine.deadline == at(60))
        #expect(machine.tick(at: at(60), handled: 5) == [.send(.heartbeat(sequence: 5))])
        _ = machine.received(.heartbeatAck, at: at(61), jitter: 0)
        #expect(machine.tick(at: at(100), handled: 99) == [.send(.heartbeat(sequence: 9))])
    }

    @Test("A heartbeat asked for by the gateway goes at once, and its ack may be late")
    func requestedHeartbeat() {
        var machine = Place.ready()
        #expect(machine.received(.heartbeatRequest, at: at(19.9), jitter: 0) == [.send(.heartbeat(sequence: 1))])
        #expect(machine.tick(at: at(20), handled: 1) == [.send(.heartbeat(sequence: 1))], "the requested beat's ack is not waited for")
    }

    @Test("A heartbeat without an ack closes the connection so that it can be resumed, at once")
    func zombie() {
        var machine = Place.ready()
        #expect(machine.tick(at: at(20), handled: 1) == [.send(.heartbeat(sequence: 1))])
        #expect(machine.tick(at: at(60), handled: 1) == [.close(code: 4_000)])
        #expect(machine.deadline == nil)
        #expect(machine.received(.dispatch(sequence: 2), at: at(60), jitter: 0) == [], "it will be replayed")
        #expect(machine.disconnected(code: nil, at: at(62), jitter: 1) == [])
        #expect(machine.nextStep(at: at(62)) == .connect(resumeAddress))
        _ = machine.connected(at: at(63))
        #expect(machine.received(.hello(interval: .seconds(40)), at: at(63), jitter: 0) == [.send(.resume(sessionID: "s", sequence: 1))])
    }

    @Test("While the reader itself is held up, a missing ack proves nothing")
    func pausedReader() {
        var machine = Place.ready()
        machine.isReaderPaused = true
        #expect(machine.tick(at: at(20), handled: 1) == [.send(.heartbeat(sequence: 1))])
        #expect(machine.tick(at: at(60), handled: 1) == [.send(.heartbeat(sequence: 1))])
        machine.isReaderPaused = false
        #expect(machine.tick(at: at(100), handled: 1) == [.close(code: 4_000)])
        var resuming = Place.resuming()
        resuming.isReaderPaused = true
        _ = resuming.tick(at: at(20), handled: 7)
        _ = resuming.tick(at: at(60), handled: 7)
        #expect(resuming.deadline.map { $0 > at(60) } == true, "no deadline is left in the past")
    }

    @Test("A resume replays the missed events and then the shard is ready")
    func resume() {
        var machine = Place.resuming(sequence: 7)
        #expect(machine.received(.dispatch(sequence: 8), at: at(1), jitter: 0) == [.deliver])
        #expect(machine.received(.dispatch(sequence: 9), at: at(1), jitter: 0) == [.deliver])
        #expect(machine.phase == .resuming)
        #expect(machine.received(.resumed(sequence: 10), at: at(1), jitter: 0) == [.deliver])
        #expect(machine.phase == .ready)
        #expect(machine.session == .init(id: "s", address: resumeAddress, sequence: 10))
    }

    @Test("An event with a sequence that has been is dropped")
    func replayedSequence() {
        var machine = Place.resuming(sequence: 7)
        #expect(machine.received(.dispatch(sequence: 7), at: at(1), jitter: 0) == [])
        #expect(machine.received(.dispatch(sequence: 3), at: at(1), jitter: 0) == [])
        #expect(machine.session?.sequence == 7)
    }

    @Test("A gateway that says no HELLO, READY or RESUMED is left after a while")
    func silence() {
        var mute = Place.awaitingHello()
        #expect(mute.tick(at: at(19.9), handled: nil) == [])
        #expect(mute.tick(at: at(20), handled: nil) == [.close(code: 4_000)])
        var identifying = Place.identifying(interval: .seconds(600))
        #expect(identifying.deadline == at(60))
        #expect(identifying.tick(at: at(60), handled: nil) == [.close(code: 4_000)])
        var resuming = Place.resuming()
        _ = resuming.tick(at: at(20), handled: 7)
        _ = resuming.received(.heartbeatAck, at: at(20), jitter: 0)
        _ = resuming.received(.dispatch(sequence: 8), at: at(50), jitter: 0)
        _ = resuming.tick(at: at(60), handled: 8)
        _ = resuming.received(.heartbeatAck, at: at(60), jitter: 0)
        #expect(resuming.phase == .resuming, "a replay that goes on is given time")
        _ = resuming.tick(at: at(100), handled: 8)
        _ = resuming.received(.heartbeatAck, at: at(100), jitter: 0)
        #expect(resuming.tick(at: at(110), handled: 8) == [.close(code: 4_000)])
    }

    @Test("Payloads that make no sense now, and opcodes nobody knows, change nothing")
    func nonsense() {
        var machine = Place.ready()
        let before = machine.state
        for signal: Machine.Signal in [
            .hello(interval: .seconds(1)), .unknown(opcode: 99), .resumed(sequence: 5), .ready(sequence: 1, sessionID: "x", address: nil),
        ] {
            #expect(machine.received(signal, at: at(1), jitter: 0) == [])
        }
        #expect(machine.state == before)
        #expect(machine.session?.id == "s")
        var idle = Machine(configuration: .init(address: originalAddress))
        #expect(idle.received(.dispatch(sequence: 1), at: at(0), jitter: 0) == [])
        #expect(idle.tick(at: at(0), handled: nil) == [])
    }

    @Test("Shutdown leaves with a code that keeps the session, from wherever the shard is")
    func shutdown() {
        for machine in [Place.awaitingHello(), Place.identifying(), Place.ready(), Place.resuming()] {
            var machine = machine
            let session = machine.session
            #expect(machine.shutDown() == [.close(code: 4_000)])
            #expect(machine.shutDown() == [])
            #expect(machine.disconnected(code: 4_000, at: at(1), jitter: 0) == [])
            #expect(machine.nextStep(at: at(1)) == .stop)
            #expect(machine.session == session)
        }
        var connecting = Place.connecting()
        #expect(connecting.shutDown() == [])
        #expect(connecting.connected(at: at(1)) == [.close(code: 4_000)], "opened too late")
        #expect(connecting.disconnected(code: nil, at: at(1), jitter: 0) == [])
        #expect(connecting.nextStep(at: at(1)) == .stop)
    }

    @Test("Commands wait until the shard is ready, keep to the send limit, and heartbeats still go")
    func sendLimit() throws {
        var machine = Place.identifying(interval: .seconds(30))
        let command = ByteBuffer(string: "{}")
        #expect(try machine.enqueue(command, at: at(0)) == [])
        let ready = machine.received(.ready(sequence: 1, sessionID: "s", address: nil), at: at(0), jitter: 0)
        #expect(ready.last == .send(.command(command)))
        var sent = 1
        for _ in 0..<150 where machine.commands.count < 60 { sent += try machine.enqueue(command, at: at(1)).count }
        #expect(sent == SendLimiter.limit - SendLimiter.reserved - 1, "identify took one")
        let waiting = machine.commands.count
        #expect(waiting > 30)
        var now = 15.0
        var beats = 0
        while now < 59 {
            beats += machine.tick(at: at(now), handled: 1).count
            _ = machine.received(.heartbeatAck, at: at(now), jitter: 0)
            now += 30
        }
        #expect(beats == 2, "heartbeats are not held back")
        let late = machine.tick(at: at(75), handled: 1)
        #expect(late.filter { $0 == .send(.command(command)) }.count == waiting, "the window has moved on")
        for _ in 0..<64 where machine.limiter.nextSlot(from: at(75)) <= at(75) { _ = try machine.enqueue(command, at: at(75)) }
        while machine.commands.count < 64 { _ = try machine.enqueue(command, at: at(75)) }
        #expect(throws: GatewayError.self) { try machine.enqueue(command, at: at(75)) }
    }
}
