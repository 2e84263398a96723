package dev.cobnut.sharding;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/// Which server nutcracker 0.5.0 chose for a key: 63 cases of 300 keys and 24 columns. The format stands in
/// `README.md` beside the resource.
public final class PlacementVectors {
    private static final String RESOURCE = "placement-vectors.txt.gz";
    private static final int DIGIT_BASE = 32;

    private PlacementVectors() {}

    /// One list of servers with one hash tag.
    ///
    /// @param name unique, usable in a file name
    /// @param hashTag the value of `hash_tag`, two bytes; null where the pool has none
    /// @param servers the entries of `servers:` in configuration order
    /// @param keys raw; one may be empty
    /// @param columns one for each hash and deterministic distribution
    public record Case(
            String name, @Nullable String hashTag, List<String> servers, List<byte[]> keys, List<Column> columns) {

        /// The servers as placement sees them, in configuration order.
        public List<RingServer> ringServers() {
            return servers.stream().map(PlacementVectors::ringServer).toList();
        }

        /// The hash tag as placement sees it.
        public @Nullable HashTag tag() {
            return hashTag == null ? null : new HashTag((byte) hashTag.charAt(0), (byte) hashTag.charAt(1));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /// The decisions for all keys of a case under one hash and distribution.
    ///
    /// @param hash the value of `hash`
    /// @param distribution the value of `distribution`
    /// @param digits one for each key
    public record Column(String hash, String distribution, String digits) {

        /// The index, in configuration order, of the server for the key of that index.
        public int server(int key) {
            return Character.digit(digits.charAt(key), DIGIT_BASE);
        }

        public KeyHash keyHash() {
            return KeyHash.valueOf(hash.toUpperCase(Locale.ROOT));
        }

        public Distribution keyDistribution() {
            return Distribution.valueOf(distribution.toUpperCase(Locale.ROOT));
        }

        @Override
        public String toString() {
            return hash + "/" + distribution;
        }
    }

    /// All cases, in the order in which they were recorded.
    public static List<Case> load() {
        List<Case> cases = new ArrayList<>();
        try (InputStream resource = PlacementVectors.class.getResourceAsStream(RESOURCE);
                // Latin-1 keeps every byte as one char, so keys pass through unharmed.
                BufferedReader lines = new BufferedReader(new InputStreamReader(
                        new GZIPInputStream(Objects.requireNonNull(resource, RESOURCE)),
                        StandardCharsets.ISO_8859_1))) {
            for (String line = readLine(lines); line != null; line = readLine(lines)) {
                int blank = line.indexOf(' ');
                String rest = line.substring(blank + 1);
                switch (line.substring(0, blank)) {
                    case "case" ->
                        cases.add(new Case(rest, null, new ArrayList<>(), new ArrayList<>(), new ArrayList<>()));
                    case "hash_tag" -> {
                        Case last = cases.removeLast();
                        cases.add(new Case(last.name, rest, last.servers, last.keys, last.columns));
                    }
                    case "server" ->
                        cases.getLast()
                                .servers
                                .add(new String(rest.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
                    case "key" -> cases.getLast().keys.add(key(rest));
                    case "indices" -> {
                        String[] parts = rest.split("[/ ]", -1);
                        cases.getLast().columns.add(new Column(parts[0], parts[1], parts[2]));
                    }
                    default -> throw new IllegalStateException(RESOURCE + " has the line: " + line);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(RESOURCE, e);
        }
        return cases;
    }

    /// A line that ends at LF only; a key may hold CR.
    private static @Nullable String readLine(BufferedReader lines) throws IOException {
        StringBuilder line = new StringBuilder();
        int next = lines.read();
        if (next < 0) {
            return null;
        }
        for (; next != '\n'; next = lines.read()) {
            line.append((char) next);
        }
        return line.toString();
    }

    private static byte[] key(String escaped) {
        StringBuilder key = new StringBuilder();
        for (int i = 0; i < escaped.length(); i++) {
            char next = escaped.charAt(i);
            if (next == '\\') {
                i++;
                next = escaped.charAt(i) == 'n' ? '\n' : '\\';
            }
            key.append(next);
        }
        return key.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /// `host:port:weight name` or `/path:weight name`, where the name may be missing.
    private static RingServer ringServer(String entry) {
        int blank = entry.indexOf(' ');
        String place = blank < 0 ? entry : entry.substring(0, blank);
        int colon = place.lastIndexOf(':');
        int weight = Integer.parseInt(place.substring(colon + 1));
        if (blank >= 0) {
            return new RingServer(entry.substring(blank + 1), weight);
        }
        if (place.startsWith("/")) {
            return new RingServer(place.substring(0, colon + 1), weight);
        }
        String address = place.substring(0, colon);
        return new RingServer(
                address.endsWith(":11211") ? address.substring(0, address.lastIndexOf(':')) : address, weight);
    }
}
