import ArgumentParser

struct OverwriteOption: ParsableArguments {
    @Flag(help: "Replace outputs that exist; without it they stay, skipped in a folder, an error else.")
    var overwrite = false
}
