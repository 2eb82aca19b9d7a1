/// Bounds of tasks. The tables state the hard ones once more.
public enum TaskLimits {
    public static let name = 1...32
    public static let summary = 100
    public static let prompt = 500
    public static let answer = 1_000
    public static let examples = 16
    public static let managers = 20
    /// Tasks of one guild.
    public static let tasks = 100
    /// Bytes of one picture.
    public static let pictureBytes = 524_288
    /// Versions of a task that can be gone back to.
    public static let versions = 50
    /// Days for which a removed task can be brought back.
    public static let daysRemoved = 30
}

extension TaskContent {
    /// - Throws: ``TaskRefusal`` for what is too much or not there.
    func check() throws(TaskRefusal) {
        func check(_ text: String, _ what: String, _ limit: Int) throws(TaskRefusal) {
            let length = text.unicodeScalars.count
            if length > limit { throw .tooLong(what, length: length, limit: limit) }
            if text.unicodeScalars.contains("\0") { throw .unreadable(what) }
        }
        try check(summary, "summary", TaskLimits.summary)
        try check(prompt, "prompt", TaskLimits.prompt)
        if examples.count > TaskLimits.examples { throw .tooManyExamples }
        if managers.count + managingRoles.count > TaskLimits.managers { throw .tooManyManagers }
        for example in examples {
            try check(example.answer, "answer", TaskLimits.answer)
            try check(example.prompt ?? "", "prompt", TaskLimits.prompt)
            if example.answer.isEmpty { throw .noAnswer }
        }
    }
}
