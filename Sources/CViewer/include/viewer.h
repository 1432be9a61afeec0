#pragma once
#include <stddef.h>

/// A file of the viewer, put into the executable when it is built.
struct seam_viewer_file {
    /// Its name, without a folder.
    const char *_Nonnull name;
    const unsigned char *_Nonnull bytes;
    size_t length;
};

/// All files of the viewer.
const struct seam_viewer_file *_Nonnull seam_viewer_files(void);

/// How many there are.
size_t seam_viewer_count(void);
