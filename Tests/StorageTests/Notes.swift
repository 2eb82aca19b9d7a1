import Storage
import Support

let hour = Timestamp(millisecondsSinceEpoch: 1_750_000_000_000)

/// The tables of these tests.
let notes = Schema(
    module: "notes",
    migrations: [
        .init(
            1, "notes",
            [
                """
                CREATE TABLE notes (
                    id {identity}, body {text} NOT NULL UNIQUE, size {integer} CHECK (size >= 0), weight {real}, data {bytes}
                ){strict}
                """
            ])
    ])
