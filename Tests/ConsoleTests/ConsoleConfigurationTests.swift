import Console
import Testing

@Suite("The console's address")
struct ConsoleConfigurationTests {
    @Test("is this machine alone unless told otherwise")
    func loopback() { #expect(ConsoleConfiguration().host == "127.0.0.1") }
}
