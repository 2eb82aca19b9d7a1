public import Credits
public import Jobs
public import Memory
import Hummingbird
public import Support

/// What the pages of the console show and do, put together by the composition root.
public struct ConsoleDesk: Sendable {
    let jobs: any JobQueue
    let directory: any JobDirectory
    /// Says the final word of a job that is cancelled here.
    let answer: FinalAnswer
    let retries: any JobRetries
    /// Nil where credits are off.
    let ledger: CreditLedger?
    let processes: any ProcessDirectory
    let logins: any ConsoleLogins
    let trail: any AuditTrail
    let servers: any ServerDirectory
    /// Nil where one logs in by links alone.
    let ownerLogin: OwnerLogin?
    let models: any ModelDirectory
    /// How they learn.
    let clones: CloneStore
    let clock: any WallClock
    let randomness: @Sendable () -> UInt64

    public init(
        jobs: some JobQueue & JobDirectory, answer: @escaping FinalAnswer, retries: any JobRetries, ledger: CreditLedger?,
        processes: any ProcessDirectory,
        logins: any ConsoleLogins, trail: any AuditTrail, servers: any ServerDirectory, ownerLogin: OwnerLogin?,
        models: any ModelDirectory, clones: CloneStore, clock: any WallClock, randomness: @escaping @Sendable () -> UInt64
    ) {
        self.jobs = jobs
        directory = jobs
        self.answer = answer
        self.retries = retries
        self.ledger = ledger
        self.processes = processes
        self.logins = logins
        self.trail = trail
        self.servers = servers
        self.ownerLogin = ownerLogin
        self.models = models
        self.clones = clones
        self.clock = clock
        self.randomness = randomness
    }
}

/// All pages of the console.
public struct PageRoutes: ConsoleRoutes {
    private let desk: ConsoleDesk

    public init(_ desk: ConsoleDesk) { self.desk = desk }

    public func add(to router: Router<ConsoleContext>) {
        let attempts = AttemptLimit(20)
        var rooms: [any ConsoleRoutes] = [
            AssetRoutes(), LoginRoutes(desk: desk, attempts: attempts), OverviewRoutes(desk: desk),
            JobPages(desk: desk), PeoplePages(desk: desk), ServerPages(desk: desk), ModelPages(desk: desk), AddedModelPages(desk: desk),
            TrainingPages(desk: desk), PartsPages(desk: desk), AuditPages(desk: desk),
        ]
        if let owner = desk.ownerLogin { rooms.append(OwnerLoginRoutes(desk: desk, owner: owner, attempts: attempts)) }
        for room in rooms { room.add(to: router) }
    }
}

extension Router<ConsoleContext> {
    /// Routes for people who have logged in.
    func signedIn(_ desk: ConsoleDesk) -> RouterGroup<ConsoleContext> {
        group().add(middleware: SignedIn(desk: desk))
    }
}
