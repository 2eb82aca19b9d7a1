import Support
import Testing

@Suite("Secrets")
struct SecretTests {
    @Test("A secret does not show, however it is printed")
    func neverPrints() {
        let secret = Secret("hunter2-hunter2")
        struct Holder { var token: Secret }
        var dumped = ""
        dump(Holder(token: secret), to: &dumped)
        for text in [
            "\(secret)", String(describing: secret), String(reflecting: secret), "\([secret])", "\(Holder(token: secret))", dumped,
        ] {
            #expect(!text.contains("hunter2"))
        }
    }

    @Test("White space around a pasted secret is dropped")
    func trims() {
        #expect(Secret("  abc\n").reveal() == "abc")
        #expect(Secret(" \n").isEmpty)
    }
}
