// A thin C face of libvips for the module Pictures, because Swift does not import variadic calls.
//
// Everything crosses as plain numbers and bytes: pixels are 8 bits a channel, 3 (RGB) or 4 (RGBA) channels, rows from the
// top, without padding. Buffers handed out are freed with `pictures_free`. Safe to call from several threads at once.
#pragma once

#include <stddef.h>
#include <stdint.h>

enum {
    PICTURES_OK = 0,
    PICTURES_DAMAGED = 1,    // the decoder met an error or the end of the data before the end of the picture
    PICTURES_TOO_LARGE = 2,  // the decoder's own reading of the size is over the limits
    PICTURES_FAILED = 3,     // anything else: memory, a missing codec
};

enum { PICTURES_PNG = 0, PICTURES_JPEG = 1, PICTURES_WEBP = 2, PICTURES_GIF = 3 };

typedef struct {
    uint8_t *pixels;  // width * height * channels bytes
    int width, height, channels;
} PicturesPixels;

/// Starts libvips: untrusted loaders blocked, no cache, one thread an operation, no warnings on stderr. Call it once.
int pictures_start(void);

/// Decodes the first frame to upright sRGB. Refuses sizes over the limits before any pixel is made, and damaged or
/// truncated data.
int pictures_decode(const void *bytes, size_t count, int format, int maximum_side, int64_t maximum_pixels, PicturesPixels *out);

/// Scales to exactly width × height with a Lanczos filter.
int pictures_resize(const PicturesPixels *in, int width, int height, PicturesPixels *out);

/// Encodes without metadata. `quality` is 1–100 for JPEG and WebP, and not looked at for PNG. JPEG lays transparency on white.
int pictures_encode(const PicturesPixels *in, int format, int quality, void **bytes, size_t *count);

void pictures_free(void *buffer);

/// Moves libvips' last words into `text` (always ended with 0) and clears them.
void pictures_take_error(char *text, size_t capacity);
