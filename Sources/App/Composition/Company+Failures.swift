import Discord

/// What ended a process, in a sentence that says what to do.
extension Company {
    func explained(_ error: any Error) -> any Error {
        switch error {
        case let error as GatewayError where error.isFatal: CommandFailure(error.advice)
        default: error
        }
    }
}
