// A template as a tree.

indirect enum TemplateNode: Sendable {
    case text(String)
    case output(TemplateExpression)
    case choice([(condition: TemplateExpression, body: [TemplateNode])], otherwise: [TemplateNode])
    case loop(names: [String], over: TemplateExpression, when: TemplateExpression?, body: [TemplateNode], otherwise: [TemplateNode])
    case set(names: [String], TemplateExpression)
    case setAttribute(of: String, name: String, TemplateExpression)
    case capture(name: String, [TemplateNode])
    case macro(name: String, TemplateMacro)
    case leaveLoop, nextRound
}

struct TemplateMacro: Sendable {
    var parameters: [(name: String, fallback: TemplateExpression?)]
    var body: [TemplateNode]
}

indirect enum TemplateExpression: Sendable {
    case value(TemplateValue)
    case name(String)
    case list([TemplateExpression])
    case map([(key: TemplateExpression, value: TemplateExpression)])
    case attribute(TemplateExpression, String)
    case item(TemplateExpression, TemplateExpression)
    case slice(TemplateExpression, from: TemplateExpression?, to: TemplateExpression?, step: TemplateExpression?)
    case call(TemplateExpression, TemplateArguments)
    case filter(TemplateExpression, String, TemplateArguments)
    case test(TemplateExpression, String, TemplateArguments)
    case not(TemplateExpression)
    case minus(TemplateExpression)
    case and(TemplateExpression, TemplateExpression)
    case or(TemplateExpression, TemplateExpression)
    case binary(String, TemplateExpression, TemplateExpression)
    case choice(TemplateExpression, condition: TemplateExpression, otherwise: TemplateExpression?)
}

struct TemplateArguments: Sendable {
    var plain: [TemplateExpression] = []
    var named: [(name: String, value: TemplateExpression)] = []
}
