import FilesOnDisk
import Foundation
import HTTPTypes
import Hummingbird
import LatentDiffusion
import PictureFiles
import SoundBridge

extension Response {
    static func bytes(
        _ data: Data, _ type: String, status: HTTPResponse.Status = .ok, _ more: HTTPFields = [:]
    ) -> Response {
        var headers = more
        headers[.contentType] = type
        headers[.contentLength] = "\(data.count)"
        if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
    }

    static func json(
        _ value: some Encodable, status: HTTPResponse.Status = .ok, _ more: HTTPFields = [:]
    ) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return bytes(try encoder.encode(value), "application/json", status: status, more)
    }
}

/// An error as an answer: a status, a word for programs, a sentence for people.
struct Problem {
    let status: HTTPResponse.Status
    let code: String
    let message: String
    /// The field of the request that cannot be; nil for a problem of another kind.
    private(set) var field: String?
    var headers: HTTPFields = [:]

    /// Errors that are not the client's fault say nothing of the server's files.
    init(_ error: any Error) {
        switch error {
        case let error as ServerError:
            (status, code, message) = (error.status, error.code, error.description)
            switch error {
            case .full(_, let seconds), .busy(let seconds): headers[.retryAfter] = "\(seconds)"
            case .closing: headers[.retryAfter] = "5"
            case .method(let allowed): headers[.allow] = allowed.joined(separator: ", ")
            case .noKey: headers[.wwwAuthenticate] = "Bearer"
            case .field(let name, _): field = name
            default: break
            }
        case let error as DrawQueueError:
            (status, code, message) = (.serviceUnavailable, "queue_full", error.description)
            headers[.retryAfter] = "1"
        case let error as ConditioningError:
            (status, code, message) = (.badRequest, error.code, error.description)
        case is PictureSizeError: (status, code, message) = (.badRequest, "invalid_size", "\(error)")
        case SamplingError.levels: (status, code, message) = (.badRequest, "invalid_scheduler", "\(error)")
        case EncoderError.silent: (status, code, message) = (.badRequest, "empty_sound", "\(error)")
        case is SettingError, is SamplingError, is SignalError, is EncoderError:
            (status, code, message) = (.badRequest, "invalid_setting", "\(error)")
        case is AudioFileError: (status, code, message) = (.unprocessableContent, "unreadable_sound", "\(error)")
        case is PictureFileError, is PictureError:
            (status, code, message) = (.unprocessableContent, "unreadable_picture", "\(error)")
        case is PictureRecordError:
            (status, code, message) = (.unprocessableContent, "no_settings", "\(error)")
        case ModelError.lacks: (status, code, message) = (.badRequest, "model_lacks", "\(error)")
        case is ModelError:
            (status, code) = (.internalServerError, "model")
            message = "The model cannot be used; “fusemix-gen models” on the server tells more."
        default:
            (status, code) = (.internalServerError, "failed")
            message = "The request could not be answered."
        }
    }

    /// A fault as a client is told it.
    struct Content: Encodable {
        let code: String
        let message: String
        let field: String?
    }

    var content: Content { Content(code: code, message: message, field: field) }

    private var body: Data { (try? JSONEncoder.ofLines.encode(["error": content])) ?? Data() }

    var response: Response { .bytes(body, "application/json", status: status, headers) }
}

extension ConditioningError {
    /// A word for programs.
    fileprivate var code: String {
        switch self {
        case .noSound: "no_sound"
        case .noTokens: "no_tokens"
        case .tokensInPrompt: "tokens_in_prompt"
        case .nothingGiven, .noWords, .weights, .notBlendable, .otherSpace: "invalid_subject"
        }
    }
}
