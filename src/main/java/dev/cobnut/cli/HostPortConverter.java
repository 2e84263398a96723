package dev.cobnut.cli;

import dev.cobnut.config.BadValue;
import dev.cobnut.config.HostPort;
import dev.cobnut.topology.NodeAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// `HOST:PORT` as an option's value.
final class HostPortConverter implements ITypeConverter<NodeAddress.Tcp> {
    @Override
    public NodeAddress.Tcp convert(String text) {
        try {
            return HostPort.parse(text);
        } catch (BadValue e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
