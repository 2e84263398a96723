package dev.cobnut.agent;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// nutcracker's own opinion of a file: `nutcracker -t -c FILE`.
///
/// @param program a file that can be executed
record Nutcracker(Path program) implements ConfigSwap.Check {
    /// It looks host names up.
    private static final Duration MAX = Duration.ofSeconds(10);

    /// The one on PATH, or in `/usr/sbin`, where packages put it and not every PATH looks; null when there is none.
    ///
    /// @param path as the environment has it
    static @Nullable Nutcracker find(String path) {
        List<String> folders = new ArrayList<>(List.of(path.split(File.pathSeparator, -1)));
        folders.add("/usr/sbin");
        for (String folder : folders) {
            Path program = Path.of(folder.isEmpty() ? "." : folder, "nutcracker");
            if (Files.isRegularFile(program) && Files.isExecutable(program)) {
                return new Nutcracker(program);
            }
        }
        return null;
    }

    @Override
    public boolean look(Path fresh, Path present) throws IOException {
        String why = refusal(fresh);
        if (why != null) {
            boolean isOld = refusal(present) != null;
            throw new IOException(program + " -t refuses the new file (" + why + ")"
                    + (isOld ? ", and the present one, too: is this nutcracker older than the one that runs?" : "")
                    + "; the old one stays");
        }
        return true;
    }

    private @Nullable String refusal(Path file) {
        List<String> said = new ArrayList<>();
        try {
            Command.run(List.of(program.toString(), "-t", "-c", file.toString()), MAX, line -> {
                synchronized (said) {
                    said.add(line);
                }
            });
            return null;
        } catch (IOException e) {
            synchronized (said) {
                return e.getMessage() + (said.isEmpty() ? "" : ": " + String.join(" / ", said));
            }
        }
    }
}
