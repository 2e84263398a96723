package dev.cobnut.config;

import java.nio.file.Path;

/// One thing that is wrong with a configuration file.
///
/// @param file the file
/// @param line where, from 1; 0 when the file as a whole is meant
/// @param text what was found and what was expected, such as `hash "fnv" (expected one of: one_at_a_time, md5 …)`
public record Problem(Path file, int line, String text) {
    @Override
    public String toString() {
        return BadValue.oneLine(line > 0 ? file + ":" + line + ": " + text : file + ": " + text);
    }
}
