#pragma once

/// JPEG over libjpeg-turbo: plain buffers in, a status and one line of text out.
///
/// libjpeg reports an error by a callback that must not return; it is left by `longjmp`. Every jump
/// starts and lands inside one function of `CJPEGFile.c`, so none ever crosses a frame of the caller.

#include <stddef.h>
#include <stdint.h>

typedef enum {
    CJPEG_OK = 0,
    /// The bytes end before the picture does.
    CJPEG_TRUNCATED,
    /// The bytes are no JPEG, one of a kind that is not read, or damaged; the message says how.
    CJPEG_MALFORMED,
    /// Decoding would take more memory than the caller allows.
    CJPEG_TOO_LARGE,
    CJPEG_NO_MEMORY,
} cjpeg_status;

/// Room for what libjpeg says, with the closing zero byte.
#define CJPEG_MESSAGE_BYTES 200

/// The size that the header names; nothing behind the header is read.
cjpeg_status cjpeg_read_size(const uint8_t *bytes, size_t length, uint32_t *width, uint32_t *height,
                             char message[CJPEG_MESSAGE_BYTES]);

/// Decodes a baseline, extended or progressive JPEG of 8 bits a sample into 8-bit RGB, top row first.
///
/// Grey, YCbCr, RGB, CMYK and YCCK are read, by the exact integer transform and triangle-filter
/// upsampling. CMYK is taken as Adobe stores it, inverted, and becomes RGB by multiplication with
/// black; no colour profile is applied. libjpeg goes on after damage with a warning that
/// pixels were lost or made up, and fills up what is missing with grey; the status is then that of the first
/// damage, CJPEG_TRUNCATED or CJPEG_MALFORMED, and `*share` the share of the rows that were whole before it,
/// 0 to 1: above 0 there is something to see. `rgb` has room for exactly `width * height * 3` bytes,
/// and the file must have that size: anything else is CJPEG_MALFORMED. `memory` bounds what libjpeg
/// takes beside it. What no row was decoded for is grey.
cjpeg_status cjpeg_decode_rgb8(const uint8_t *bytes, size_t length, uint32_t width, uint32_t height,
                               size_t memory, uint8_t *rgb, double *share,
                               char message[CJPEG_MESSAGE_BYTES]);
