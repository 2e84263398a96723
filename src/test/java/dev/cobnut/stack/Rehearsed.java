package dev.cobnut.stack;

import dev.cobnut.blueprint.Blueprint;
import dev.cobnut.blueprint.Rehearsal;
import dev.cobnut.blueprint.StackFile;
import dev.cobnut.config.BadValue;
import dev.cobnut.render.Passwords;
import dev.cobnut.topology.NodeAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/// A stack on ports that are free now, below 32768, and differ from run to run.
///
/// @param real as it would be on its hosts
/// @param here as it is on this machine
/// @param offset of the ports
record Rehearsed(Blueprint real, Blueprint here, int offset) {
    /// The reference stack.
    static Rehearsed reference() throws BadValue {
        return of(StackFile.reference(), true);
    }

    static Rehearsed of(Blueprint real, boolean ownAddresses) throws BadValue {
        for (int attempt = 0; attempt < 100; attempt++) {
            int offset = ThreadLocalRandom.current().nextInt(-5000, 6000);
            Blueprint here = Rehearsal.of(real, offset, ownAddresses).blueprint();
            if (here.processes().stream().allMatch(process -> isFree(here.address(process)))) {
                return new Rehearsed(real, here, offset);
            }
        }
        throw new IllegalStateException("no free ports for a stack");
    }

    private static boolean isFree(NodeAddress.Tcp address) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(address.host(), address.port()));
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /// The stack itself, without passwords and with one loop.
    Stack stack(Path directory, Consumer<String> lines) {
        return new Stack(new Stack.Options(real, Passwords.NONE, null, directory, offset, null, 1), lines);
    }

    List<String> hosts() {
        return here.hosts().stream().map(Blueprint.Host::name).toList();
    }

    /// Where the first master of a group is.
    NodeAddress.Tcp master(String group) {
        return here.address(here.redises(group).getFirst());
    }

    /// Where clients of a cache connect.
    NodeAddress.Tcp pool(String cache, String host) {
        return here.processes().stream()
                .filter(each -> each instanceof Blueprint.Pool pool
                        && pool.cache().name().equals(cache)
                        && pool.host().equals(host))
                .map(here::address)
                .findFirst()
                .orElseThrow();
    }

    List<NodeAddress.Tcp> sentinels() {
        return here.watchers().stream().map(here::address).toList();
    }
}
