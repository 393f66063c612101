import ArgumentParser

struct PageOption: ParsableArguments {
    @Flag(
        help:
            "At the end write index.html beside the manifest, a page to look through the pictures (folders and lists).")
    var report = false
}
