import ArgumentParser

struct MessageOptions: ParsableArguments {
    @Flag(help: "Print one JSON object a picture on standard output.")
    var json = false

    @Flag(help: "Print nothing but errors (and what --json prints).")
    var quiet = false
}

/// Output options of a command with a single result.
struct ReportOptions: ParsableArguments {
    @Flag(help: "Print the result as one JSON object on standard output.")
    var json = false

    @Flag(help: "Print nothing but errors and the result.")
    var quiet = false
}
