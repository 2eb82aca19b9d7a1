import Jobs
import Support
import Testing

@Suite("The estimate")
struct QueuePlaceTests {
    func place(_ state: JobState = .available, jobs: Int = 0, units: Int = 0, running: Int = 0, unitsRunning: Int = 0) -> QueuePlace {
        QueuePlace(state: state, jobsAhead: jobs, unitsAhead: units, running: running, unitsRunning: unitsRunning, units: 4)
    }

    @Test("with a free runner it is the job's own work")
    func free() { #expect(place().estimate(perUnit: [.milliseconds(500)], runners: 1) == .seconds(2)) }

    @Test("the work ahead is shared among the runners")
    func ahead() {
        let waiting = place(jobs: 3, units: 12, running: 2, unitsRunning: 4)
        #expect(waiting.estimate(perUnit: [.milliseconds(500)], runners: 2) == .seconds(6))
        #expect(waiting.estimate(perUnit: [.milliseconds(500)], runners: 1) == .seconds(10))
    }

    @Test("one very slow job does not spoil it: the median counts")
    func median() {
        #expect(place().estimate(perUnit: [.seconds(1), .seconds(1), .seconds(900)], runners: 1) == .seconds(4))
    }

    @Test("nothing is claimed when nothing is known, unless a guess is given")
    func unknown() {
        #expect(place().estimate(perUnit: [], runners: 1) == nil)
        #expect(place().estimate(perUnit: [], runners: 1, fallback: .seconds(1)) == .seconds(4))
    }

    @Test("what has ended takes no time")
    func ended() { #expect(place(.completed).estimate(perUnit: [.seconds(1)], runners: 1) == .zero) }
}
