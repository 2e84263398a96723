package dev.cobnut.cli;

import dev.cobnut.daemon.Daemon;
import picocli.CommandLine.IVersionProvider;

/// What `-V` prints.
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"cobnut " + Daemon.version()};
    }
}
