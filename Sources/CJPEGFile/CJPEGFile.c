#include "CJPEGFile.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

/// Scans of one picture. Encoders make about ten; each costs a pass over the whole picture however few
/// bytes it has, so a small file of many scans would take for ever.
enum { SCANS_AT_MOST = 100 };

/// A decoder with the callbacks that it is given; each callback finds it by its first member.
typedef struct {
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    struct jpeg_source_mgr source;
    struct jpeg_progress_mgr progress;
    jmp_buf landing;
    cjpeg_status status;
    /// Whether more bytes were wished for than there are, which may be one too many, read ahead.
    int has_ended;
    /// Rows that were whole before the first damage, of all.
    double share;
    char *message;
} decoder;

// MARK: Callbacks

static void fail(j_common_ptr jpeg, cjpeg_status status, const char *message) {
    decoder *d = (decoder *)jpeg;
    const double rows = d->jpeg.output_height;
    // What libjpeg says of the end marker that was put in is not the cause.
    d->status = status == CJPEG_MALFORMED && d->has_ended ? CJPEG_TRUNCATED : status;
    d->share = rows > 0 ? d->jpeg.output_scanline / rows : 0;
    snprintf(d->message, CJPEG_MESSAGE_BYTES, "%s", message);
    longjmp(d->landing, 1);
}

/// Remembers the first damage that decoding goes on after.
static void note(decoder *d, const char *message) {
    if (d->status != CJPEG_OK) return;
    const struct jpeg_decompress_struct *jpeg = &d->jpeg;
    d->status = d->has_ended ? CJPEG_TRUNCATED : CJPEG_MALFORMED;
    // Later scans refine what the first has told of every row.
    if (jpeg->input_scan_number > 1) d->share = 1;
    else if (jpeg->total_iMCU_rows > 0) d->share = jpeg->input_iMCU_row / (double)jpeg->total_iMCU_rows;
    snprintf(d->message, CJPEG_MESSAGE_BYTES, "%s", message);
}

static void on_error(j_common_ptr jpeg) {
    char text[JMSG_LENGTH_MAX];
    jpeg->err->format_message(jpeg, text);
    switch (jpeg->err->msg_code) {
    case JERR_OUT_OF_MEMORY: fail(jpeg, CJPEG_NO_MEMORY, text); return;
    case JERR_NO_BACKING_STORE: fail(jpeg, CJPEG_TOO_LARGE, text); return;
    default: fail(jpeg, CJPEG_MALFORMED, text);
    }
}

/// Level −1 is a warning; what is not named here means that pixels are lost or made up.
static void on_message(j_common_ptr jpeg, int level) {
    if (level >= 0) return;
    switch (jpeg->err->msg_code) {
    case JWRN_ADOBE_XFORM:      // an unknown colour transform is taken as YCbCr
    case JWRN_EXTRANEOUS_DATA:  // bytes too many between segments
    case JWRN_JFIF_MAJOR:       // a JFIF version of the future
    case JWRN_NOT_SEQUENTIAL:   // spectral bounds that do not matter to a sequential picture
        return;
    default: break;
    }
    char text[JMSG_LENGTH_MAX];
    jpeg->err->format_message(jpeg, text);
    note((decoder *)jpeg, text);
}

static void say_nothing(j_common_ptr jpeg) { (void)jpeg; }

/// Ends a picture of too many scans.
static void on_progress(j_common_ptr jpeg) {
    if (((j_decompress_ptr)jpeg)->input_scan_number > SCANS_AT_MOST)
        fail(jpeg, CJPEG_MALFORMED, "it has more than 100 scans");
}

// The whole file is in the buffer from the start, so a wish for more means that it ends early; then an end
// marker ends it, and libjpeg fills up what is missing.

static void begin_or_end(j_decompress_ptr jpeg) { (void)jpeg; }

static boolean on_empty(j_decompress_ptr jpeg) {
    static const JOCTET end_of_image[] = {0xff, JPEG_EOI};
    ((decoder *)jpeg)->has_ended = 1;
    jpeg->src->next_input_byte = end_of_image;
    jpeg->src->bytes_in_buffer = sizeof end_of_image;
    return TRUE;
}

static void skip(j_decompress_ptr jpeg, long count) {
    if (count <= 0) return;
    if ((size_t)count > jpeg->src->bytes_in_buffer) {
        on_empty(jpeg);
        return;
    }
    jpeg->src->next_input_byte += count;
    jpeg->src->bytes_in_buffer -= (size_t)count;
}

// MARK: Decoding

static void prepare(decoder *d, const uint8_t *bytes, size_t length, char *message) {
    memset(d, 0, sizeof *d);
    d->status = CJPEG_OK;
    d->message = message;
    message[0] = 0;
    d->jpeg.err = jpeg_std_error(&d->errors);
    d->errors.error_exit = on_error;
    d->errors.emit_message = on_message;
    d->errors.output_message = say_nothing;
    d->source.next_input_byte = bytes;
    d->source.bytes_in_buffer = length;
    d->source.init_source = begin_or_end;
    d->source.fill_input_buffer = on_empty;
    d->source.skip_input_data = skip;
    d->source.resync_to_restart = jpeg_resync_to_restart;
    d->source.term_source = begin_or_end;
    d->progress.progress_monitor = on_progress;
}

static void read_header(decoder *d) {
    jpeg_create_decompress(&d->jpeg);
    d->jpeg.src = &d->source;
    d->jpeg.progress = &d->progress;
    jpeg_read_header(&d->jpeg, TRUE);
}

/// The only frame of `cjpeg_read_size` that libjpeg jumps back to; it owns nothing.
static void size_all(decoder *d) {
    if (setjmp(d->landing)) return;
    read_header(d);
}

cjpeg_status cjpeg_read_size(const uint8_t *bytes, size_t length, uint32_t *width, uint32_t *height,
                             char message[CJPEG_MESSAGE_BYTES]) {
    decoder d;
    prepare(&d, bytes, length, message);
    size_all(&d);
    *width = d.jpeg.image_width;
    *height = d.jpeg.image_height;
    jpeg_destroy_decompress(&d.jpeg);
    return d.status;
}

/// a · b / 255, rounded.
static unsigned product255(unsigned a, unsigned b) {
    unsigned x = a * b + 128;
    return ((x >> 8) + x) >> 8;
}

/// Inverted CMYK to RGB, rounded as Pillow's `cmyk2rgb` does (`src/libImaging/Convert.c`).
static void multiply_by_black(const uint8_t *cmyk, uint8_t *rgb, uint32_t width) {
    for (uint32_t x = 0; x < width; x++, cmyk += 4, rgb += 3)
        for (int channel = 0; channel < 3; channel++)
            rgb[channel] = (uint8_t)(cmyk[3] - product255(255u - cmyk[channel], cmyk[3]));
}

static void choose_colours(struct jpeg_decompress_struct *jpeg) {
    switch (jpeg->num_components) {
    case 1:
    case 3: jpeg->out_color_space = JCS_RGB; return;
    case 4: jpeg->out_color_space = JCS_CMYK; return;
    default: fail((j_common_ptr)jpeg, CJPEG_MALFORMED, "it has neither one, three nor four components");
    }
}

static void read_rows(struct jpeg_decompress_struct *jpeg, uint8_t *rgb) {
    size_t stride = (size_t)jpeg->output_width * 3;
    int is_cmyk = jpeg->out_color_space == JCS_CMYK;
    JSAMPARRAY inks = is_cmyk
        ? jpeg->mem->alloc_sarray((j_common_ptr)jpeg, JPOOL_IMAGE, jpeg->output_width * 4, 1) : NULL;
    while (jpeg->output_scanline < jpeg->output_height) {
        uint8_t *row = rgb + jpeg->output_scanline * stride;
        jpeg_read_scanlines(jpeg, is_cmyk ? inks : &row, 1);
        if (is_cmyk) multiply_by_black(inks[0], row, jpeg->output_width);
    }
}

/// The only frame of `cjpeg_decode_rgb8` that libjpeg jumps back to; it owns nothing.
static void read_all(decoder *d, uint32_t width, uint32_t height, size_t memory, uint8_t *rgb) {
    if (setjmp(d->landing)) return;
    read_header(d);
    if (d->jpeg.image_width != width || d->jpeg.image_height != height)
        fail((j_common_ptr)d, CJPEG_MALFORMED, "the picture's size is not the one expected");
    d->jpeg.mem->max_memory_to_use = (long)memory;
    choose_colours(&d->jpeg);
    d->jpeg.dct_method = JDCT_ISLOW;
    d->jpeg.do_fancy_upsampling = TRUE;
    jpeg_start_decompress(&d->jpeg);
    read_rows(&d->jpeg, rgb);
    jpeg_finish_decompress(&d->jpeg);
}

cjpeg_status cjpeg_decode_rgb8(const uint8_t *bytes, size_t length, uint32_t width, uint32_t height,
                               size_t memory, uint8_t *rgb, double *share,
                               char message[CJPEG_MESSAGE_BYTES]) {
    decoder d;
    prepare(&d, bytes, length, message);
    memset(rgb, 128, (size_t)width * height * 3);
    read_all(&d, width, height, memory, rgb);
    *share = d.status == CJPEG_OK ? 1 : d.share;
    if (d.status == CJPEG_OK && d.has_ended) d.status = CJPEG_TRUNCATED;
    jpeg_destroy_decompress(&d.jpeg);
    return d.status;
}
