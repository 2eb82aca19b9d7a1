import Support
import Testing

@testable import ModelProviders

@Suite struct `Who paints what` {
    private typealias Work = ServerSchedule.Work
    private let start = Timestamp(millisecondsSinceEpoch: 0)

    private func second(_ seconds: Double) -> Timestamp { Timestamp(millisecondsSinceEpoch: Int64(seconds * 1_000)) }

    private func work(_ id: Int, pictures: Int = 1, patience: Timestamp = Timestamp(millisecondsSinceEpoch: 0)) -> Work {
        Work(id: id, pictures: pictures, pixels: pictures * 100, patience: patience)
    }

    private func schedule(_ seconds: Double...) -> ServerSchedule {
        ServerSchedule(servers: seconds.map { ServerShare(lanes: 1, secondsPerPicture: $0) })
    }

    @Test func `the first goes to the fastest`() {
        var schedule = schedule(4, 1, 2)
        schedule.add(work(1))
        #expect(schedule.decide(at: start) == [.start(work: 1, server: 1)])
    }

    @Test func `a slow server is used exactly when waiting for a fast one would take longer`() {
        var schedule = schedule(1, 2.5)
        for id in 1...3 { schedule.add(work(id)) }
        // The fast one would be done with the second after 2 s and with the third after 3 s; the slow one with a third after 2.5 s.
        #expect(schedule.decide(at: start) == [.start(work: 1, server: 0), .start(work: 3, server: 1)])
        #expect(schedule.waiting.map(\.id) == [2])
        schedule.ended(work(1), on: 0, .painted, at: second(1), jitter: 0)
        #expect(schedule.decide(at: second(1)) == [.start(work: 2, server: 0)])
    }

    @Test func `while others wait behind those in hand, no server is left idle unless it is far too slow`() {
        func assignments(_ slow: Double) -> [ServerSchedule.Assignment] {
            var schedule = schedule(1, slow)
            #expect(schedule.requestsAtATime == 4)
            for id in 1...3 { schedule.add(work(id)) }
            #expect(schedule.decide(at: start) == [.start(work: 1, server: 0)], "2 and 3 wait for the fast one")
            schedule.add(work(4))
            return schedule.decide(at: start)
        }
        #expect(assignments(4) == [.start(work: 2, server: 1)])
        #expect(assignments(9).isEmpty)
    }

    @Test func `pace is measured, and a server that became slow gets less`() {
        var schedule = schedule(1, 1)
        for id in 1...2 { schedule.add(work(id)) }
        _ = schedule.decide(at: start)
        schedule.ended(work(2), on: 1, .painted, at: second(1), jitter: 0)
        schedule.ended(work(1), on: 0, .painted, at: second(10), jitter: 0)
        #expect(schedule.servers.map(\.secondsPerPicture) == [10, 1])
        for id in 3...4 { schedule.add(work(id)) }
        #expect(schedule.decide(at: second(10)) == [.start(work: 3, server: 1)], "4 waits for the fast one")
    }

    @Test func `work that failed somewhere goes elsewhere, before all that came later`() {
        var schedule = schedule(1, 100)
        schedule.add(work(1))
        #expect(schedule.decide(at: start) == [.start(work: 1, server: 0)])
        schedule.add(work(2))
        schedule.ended(work(1), on: 0, .faulty, at: start, jitter: 0)
        var back = work(1)
        back.tried = [0]
        schedule.addBack(back)
        #expect(schedule.decide(at: start) == [.start(work: 1, server: 1), .start(work: 2, server: 0)])
        schedule.ended(back, on: 1, .faulty, at: start, jitter: 0)
        back.tried = [0, 1]
        schedule.addBack(back)
        #expect(schedule.decide(at: start) == [.giveUp(work: 1)])
    }

    @Test func `while all are away, work waits as long as its patience, and is told when to come back`() {
        var schedule = schedule(1)
        schedule.add(work(1))
        _ = schedule.decide(at: start)
        schedule.ended(work(1), on: 0, .away, at: start, jitter: 1)
        schedule.add(work(2, patience: second(5)))
        #expect(schedule.decide(at: start).isEmpty && schedule.nextMoment(after: start) == second(1))
        #expect(schedule.probesDue(at: second(0.9)).isEmpty && schedule.probesDue(at: second(1)) == [0])
        schedule.probed(0, isWell: false, at: second(1), jitter: 1)
        #expect(schedule.decide(at: second(4.9)).isEmpty)
        #expect(schedule.decide(at: second(5)) == [.noServer(work: 2, until: nil)])
        schedule.add(work(3, patience: second(9)))
        #expect(schedule.probesDue(at: second(6)) == [0])
        schedule.probed(0, isWell: true, at: second(6), jitter: 1)
        #expect(schedule.decide(at: second(6)) == [.start(work: 3, server: 0)])
    }

    @Test func `a pause longer than the patience is told at once`() {
        var schedule = schedule(1)
        schedule.add(work(1))
        _ = schedule.decide(at: start)
        schedule.ended(work(1), on: 0, .busy(until: second(90)), at: start, jitter: 1)
        schedule.add(work(2, patience: second(60)))
        #expect(schedule.decide(at: start) == [.noServer(work: 2, until: second(90))])
    }

    @Test func `what did not fit into memory is not asked of that server again for a while, what is smaller is`() {
        var schedule = schedule(1)
        schedule.add(work(1, pictures: 9))
        _ = schedule.decide(at: start)
        schedule.ended(work(1, pictures: 9), on: 0, .outOfMemory, at: start, jitter: 0)
        schedule.add(work(2, pictures: 9))
        schedule.add(work(3, pictures: 4))
        #expect(schedule.decide(at: second(1)) == [.tooLarge(work: 2), .start(work: 3, server: 0)])
        schedule.ended(work(3, pictures: 4), on: 0, .painted, at: second(2), jitter: 0)
        schedule.add(work(4, pictures: 9))
        #expect(schedule.decide(at: second(601)) == [.start(work: 4, server: 0)])
    }

    @Test func `a single picture that did not fit is asked for again`() {
        var schedule = schedule(1)
        schedule.add(work(1))
        _ = schedule.decide(at: start)
        schedule.ended(work(1), on: 0, .outOfMemory, at: start, jitter: 0)
        schedule.add(work(2))
        #expect(schedule.decide(at: start) == [.start(work: 2, server: 0)])
    }

    @Test func `whatever happens, each work is assigned once and no lane is overbooked`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var schedule = ServerSchedule(
                servers: (0..<3).map { _ in
                    ServerShare(lanes: Int.random(in: 1...2, using: &random), secondsPerPicture: .random(in: 0.1...9, using: &random))
                })
            var running: [Int: Work] = [:], places: [Int: Int] = [:], open: [Int: Work] = [:], ended: Set<Int> = []
            for step in 0..<100 {
                let now = second(Double(step))
                if Bool.random(using: &random) {
                    let new = work(step, pictures: Int.random(in: 1...9, using: &random), patience: now + .seconds(20))
                    open[step] = new
                    schedule.add(new)
                }
                if let id = running.keys.randomElement(using: &random), var work = running.removeValue(forKey: id) {
                    let outcomes: [ServerSchedule.Outcome] = [
                        .painted, .answered, .away, .faulty, .outOfMemory, .busy(until: now + .seconds(3)),
                    ]
                    let outcome = outcomes.randomElement(using: &random)!
                    schedule.ended(work, on: places[id]!, outcome, at: now, jitter: 0.5)
                    if [.away, .faulty, .outOfMemory].contains(outcome) {
                        work.tried.insert(places[id]!)
                        open[id] = work
                        schedule.addBack(work)
                    } else {
                        ended.insert(id)
                    }
                }
                for server in schedule.probesDue(at: now) {
                    schedule.probed(server, isWell: Bool.random(using: &random), at: now, jitter: 0.5)
                }
                for assignment in schedule.decide(at: now) {
                    switch assignment {
                    case .start(let id, let server):
                        let work = open.removeValue(forKey: id)
                        #expect(work != nil && !work!.tried.contains(server))
                        running[id] = work
                        places[id] = server
                    case .giveUp(let id), .noServer(let id, _), .tooLarge(let id):
                        #expect(open.removeValue(forKey: id) != nil && ended.insert(id).inserted)
                    }
                }
                for server in 0..<3 {
                    #expect(running.keys.count { places[$0] == server } <= schedule.servers[server].lanes)
                }
                #expect(Set(schedule.waiting.map(\.id)) == Set(open.keys))
            }
        }
    }
}
