// Strict before the wire: commands and their options.
import Support

extension NewApplicationCommand {
    /// Throws ``InvalidPayload`` naming the field that Discord would refuse.
    public func validate() throws(InvalidPayload) {
        let check = PayloadCheck()
        try check.length(name, "name", 1...Limits.commandName)
        if kind == .chatInput {
            try check.commandName(name, "name")
            try check.length(description, "description", 1...Limits.commandDescription)
        } else {
            try check.require(description.isEmpty, "description", "user and message commands have none")
            try check.require(options.isEmpty, "options", "user and message commands have none")
        }
        try check.options(options, "options", depth: 0)
        let total = name.utf16.count + description.utf16.count + options.reduce(0) { $0 + $1.characters }
        try check.require(
            total <= Limits.commandCharacters, "options", "a command may have \(Limits.commandCharacters) characters in all, not \(total)")
    }
}

extension CommandOption {
    fileprivate var characters: Int {
        name.utf16.count + description.utf16.count + (options ?? []).reduce(0) { $0 + $1.characters }
            + (choices ?? []).reduce(0) { $0 + $1.name.utf16.count + ($1.value.string?.utf16.count ?? 0) }
    }
}

extension PayloadCheck {
    /// Names are lower case, without spaces. Source: `^[-_'\p{L}\p{N}]{1,32}$` of Discord's page on command naming.
    fileprivate func commandName(_ name: String, _ field: @autoclosure () -> String) throws(InvalidPayload) {
        let allowed = name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" || $0 == "'" }
        try require(allowed && name == name.lowercased(), field(), "must be lower case letters, numbers, - and _, not \"\(name)\"")
    }

    fileprivate func options(_ options: [CommandOption], _ field: String, depth: Int) throws(InvalidPayload) {
        try require(depth <= 2 || options.isEmpty, field, "sub-commands nest at most two deep")
        try count(options.count, field, 0...Limits.commandOptions)
        var names: Set<String> = []
        var optionalSeen = false
        for (i, option) in options.enumerated() {
            let path = "\(field)[\(i)]"
            try length(option.name, "\(path).name", 1...Limits.commandName)
            try commandName(option.name, "\(path).name")
            try require(names.insert(option.name).inserted, "\(path).name", "must not be used twice")
            try length(option.description, "\(path).description", 1...Limits.commandDescription)
            if option.isRequired == true {
                try require(!optionalSeen, "\(path).required", "required options stand before optional ones")
            } else {
                optionalSeen = true
            }
            if let choices = option.choices {
                try require(option.hasAutocomplete != true, "\(path).autocomplete", "an option has choices or autocomplete, not both")
                try self.choices(choices, "\(path).choices")
            }
            try self.options(option.options ?? [], "\(path).options", depth: depth + 1)
        }
    }

    func choices(_ choices: [CommandChoice], _ field: String) throws(InvalidPayload) {
        try count(choices.count, field, 0...Limits.choices)
        for (i, choice) in choices.enumerated() {
            try length(choice.name, "\(field)[\(i)].name", 1...Limits.choiceName)
            try length(choice.value.string, "\(field)[\(i)].value", 0...Limits.choiceText)
        }
    }
}
