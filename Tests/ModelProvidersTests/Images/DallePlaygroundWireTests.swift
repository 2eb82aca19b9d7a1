import Testing

@testable import ModelProviders

@Suite struct `The dialects of dalle-playground` {
    @Test(arguments: [
        #"["AQID", "BAU="]"#,
        #"{"generatedImgs": ["AQID", "BAU="], "generatedImgsFormat": "jpeg"}"#,
        #"{"generatedImgsFormat": "png", "generatedImgs": ["AQID", "BAU="], "serverVersion": 3}"#,
    ])
    func `pictures are read in every dialect`(_ answer: String) {
        #expect(DallePlaygroundWire.pictures(Array(answer.utf8)) == [[1, 2, 3], [4, 5]])
    }

    @Test(arguments: [
        "", "null", "{}", #"{"generatedImgs": "AQID"}"#, #"["AQID", 7]"#, #"["not base64!"]"#, #"{"generatedImgs": ["AQ"#,
        "<!doctype html><title>500 Internal Server Error</title>",
    ])
    func `what is in none is refused`(_ answer: String) {
        #expect(DallePlaygroundWire.pictures(Array(answer.utf8)) == nil)
    }
}
