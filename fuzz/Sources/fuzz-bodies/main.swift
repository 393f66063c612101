import Foundation
import Fuzzing

@testable import PictureServer

// Bodies of requests to the server, JSON and forms, as orders of both its APIs.
fuzz { bytes in
    let body = Data(bytes)
    for fields in [try? Fields(json: body), try? Fields(form: body, boundary: "b")].compactMap(\.self) {
        var (own, foreign) = (fields, fields)
        _ = try? PictureOrder(&own, ServerLimits())
        _ = try? WebUIOrder(&foreign, model: nil, startsFromPicture: true, ServerLimits())
    }
}
