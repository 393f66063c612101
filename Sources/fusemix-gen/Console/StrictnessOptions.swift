import ArgumentParser
import FilesOnDisk

/// Whether items are used that there is something to say of.
struct StrictnessOptions: ParsableArguments {
    @Flag(
        help: """
            Take what would be warned of (a sound or picture that ends early or is damaged, a silent or far too short \
            sound, a text that is cut or mostly unknown) as an item that cannot be read.
            """)
    var strict = false

    func warnings(isQuiet: Bool = false) -> ItemWarnings { .onConsole(isStrict: strict, isQuiet: isQuiet) }
}

extension ItemWarnings {
    /// Told on standard error.
    static func onConsole(isStrict: Bool, isQuiet: Bool = false) -> ItemWarnings {
        ItemWarnings(isStrict: isStrict) { if !isQuiet { Console.warning($0) } }
    }
}
