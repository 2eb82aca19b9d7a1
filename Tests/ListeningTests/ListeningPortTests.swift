import Listening
import Testing

@Suite("Who waits for the port of a server")
struct ListeningPortTests {
    @Test("is told it, before and after it listens")
    func told() async throws {
        let listening = ListeningPort()
        async let early = listening.port()
        listening.listens(on: 4_000)
        #expect(try await early == 4_000)
        #expect(try await listening.port() == 4_000)
    }

    @Test("is told why it never listens")
    func ended() async throws {
        let listening = ListeningPort()
        listening.ends("The port is taken.")
        await #expect { try await listening.port() } throws: { "\($0)" == "The port is taken." }
    }
}
