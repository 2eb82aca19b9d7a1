public import DiscordModels
import Foundation
import OrderedCollections
import Support

/// The control API for Swift, without HTTP: plays the people of an emulator in this process, waits for answers, makes faults.
///
/// Who acts is `user`; ``acting(as:)`` gives the same for another person.
public struct EmulatorControl: Sendable {
    /// What the emulator refused, in a sentence.
    public struct Refused: Error, CustomStringConvertible {
        public let description: String
        /// The field it is about, where there is one.
        public let field: String?

        init(_ error: World.PlayError) {
            description = error.message
            field = error.field
        }
    }

    let core: EmulatorCore
    /// Who acts: the first person unless said otherwise.
    public let user: UserID

    init(core: EmulatorCore, user: UserID = UserID(World.firstHuman.raw)) {
        self.core = core
        self.user = user
    }

    var userID: ID { ID(user.rawValue) }

    // The world that each emulator is born with.

    public static let firstPerson = UserID(World.firstHuman.raw)
    public static let secondPerson = UserID(World.secondHuman.raw)
    /// The application of every token that does not name another.
    public static let application = ApplicationID(World.defaultApplication.raw)
    public static let guild = GuildID(World.firstGuild.raw)
    /// `#general`
    public static let general = ChannelID(World.general.raw)
    /// `#pictures`
    public static let pictures = ChannelID(World.pictures.raw)

    /// `#showcase`, a forum
    public static let showcase = ChannelID(World.showcase.raw)

    /// The same for another person.
    public func acting(as user: UserID) -> EmulatorControl { EmulatorControl(core: core, user: user) }

    /// Does a step and translates the refusal.
    func play<Result: Sendable>(_ body: (inout EmulatorCore.State) throws(World.PlayError) -> Result) throws(Refused) -> Result {
        do throws(World.PlayError) { return try core.step(body) } catch { throw Refused(error) }
    }

    /// Whether a bot of this application has a gateway session on a socket now.
    public func isOnline(_ application: ApplicationID = EmulatorControl.application) -> Bool {
        core.step { $0.hub.isOnline(ID(application.rawValue)) }
    }

    /// Waits until such a bot is there; false if the time is over.
    public func waitUntilOnline(_ application: ApplicationID = EmulatorControl.application, atMost timeout: Duration = .seconds(60)) async
        -> Bool
    {
        await core.wait(atMost: timeout) { state -> EmulatorCore.Look<Bool> in
            state.hub.isOnline(ID(application.rawValue)) ? .found(true) : .notYet
        } ?? false
    }

    /// Names of the commands that are registered.
    public var commandNames: [String] { core.step { $0.world.commands.values.map(\.name) } }

    /// Waits until a command of that name is registered; false if the time is over.
    public func waitForCommand(_ name: String, atMost timeout: Duration = .seconds(60)) async -> Bool {
        await core.wait(atMost: timeout) { state -> EmulatorCore.Look<Bool> in
            state.world.commands.values.contains { $0.name == name } ? .found(true) : .notYet
        } ?? false
    }
}
