import ArgumentParser

struct MessageOptions: ParsableArguments {
    @Flag(help: "Print one JSON object a picture on standard output.")
    var json = false

    @Flag(help: "Print nothing but errors (and what --json prints).")
    var quiet = false
}
