/// A wrong use of the command that its options alone do not show; one sentence, exit code 2.
struct UsageError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
